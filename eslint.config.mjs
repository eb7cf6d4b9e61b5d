import jsdoc from 'eslint-plugin-jsdoc';
import tseslint from 'typescript-eslint';

const CONSTRUCT = '/^(Construct|Stack|RegionalStack|Key|Bucket)$/';

/** Files of a folder refuse imports of others, types included. */
const refuse = (folder, forbidden, where) => ({
  files: [`${folder}/**/*.ts`],
  rules: {
    'no-restricted-imports': [
      'error',
      {
        patterns: [
          {
            regex: `^\\.\\.?/(.*/)?(${forbidden.join('|')})(/|$)`,
            message: `${folder}/ does not import this: see docs/architecture.md, "${where}".`,
          },
        ],
      },
    ],
  },
});

const OUTSIDE_LIB = ['stages', 'tools', 'workload', 'bin', 'test'];

/** Shelves of lib/, the lowest first: each stands on those before it. */
const SHELVES = ['foundation', 'tiers', 'operate', 'architecture', 'climb'];

export default tseslint.config(
  { ignores: ['node_modules/', '**/dist/', 'cdk.out/', 'workload/**/bundle/', 'coverage/'] },
  {
    files: ['**/*.ts', '**/*.tsx'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { project: ['./tsconfig.json', './tools/explore/page/tsconfig.json'] } },
    rules: {
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/explicit-member-accessibility': 'error',
      '@typescript-eslint/no-extraneous-class': ['error', { allowStaticOnly: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/consistent-indexed-object-style': 'off',
      // jsii has no polymorphic `this`.
      '@typescript-eslint/prefer-return-this-type': 'off',
    },
  },
  {
    files: ['lib/**/*.ts'],
    plugins: { jsdoc },
    rules: {
      'jsdoc/require-jsdoc': [
        'error',
        {
          publicOnly: false,
          contexts: [
            'ExportNamedDeclaration > ClassDeclaration',
            'ExportNamedDeclaration > TSInterfaceDeclaration',
            'ExportNamedDeclaration > TSEnumDeclaration',
            'ExportNamedDeclaration > FunctionDeclaration',
            'ExportNamedDeclaration > TSInterfaceDeclaration TSPropertySignature',
            'ExportNamedDeclaration > TSEnumDeclaration TSEnumMember',
            'ExportNamedDeclaration PropertyDefinition[accessibility="public"]:not([override=true])',
            'ExportNamedDeclaration > ClassDeclaration MethodDefinition[accessibility="public"][kind!="constructor"]:not([override=true])',
          ],
          require: { FunctionDeclaration: false },
        },
      ],
      'jsdoc/no-restricted-syntax': [
        'error',
        {
          contexts: [
            {
              context: 'TSPropertySignature[optional=true]',
              comment: 'JsdocBlock:not(*:has(JsdocTag[tag=default]))',
              message: 'An optional prop says its default: @default, or @default - in words.',
            },
          ],
        },
      ],
      'no-restricted-syntax': [
        'error',
        {
          selector: `ClassDeclaration[superClass.name=${CONSTRUCT}] MethodDefinition[kind="constructor"]:not([value.params.0.name="scope"][value.params.1.name="id"])`,
          message: 'A construct is made by (scope, id, props).',
        },
        {
          selector: `ClassDeclaration[superClass.property.name=${CONSTRUCT}] MethodDefinition[kind="constructor"]:not([value.params.0.name="scope"][value.params.1.name="id"])`,
          message: 'A construct is made by (scope, id, props).',
        },
        ...[`arguments.0.type="ThisExpression"`, `arguments.0.name="scope"`].flatMap((inScope) => [
          {
            selector: `NewExpression[${inScope}][arguments.1.type=/^(TemplateLiteral|BinaryExpression)$/]`,
            message: 'A construct id is a literal: another id is another resource.',
          },
          {
            selector: `NewExpression[${inScope}][arguments.1.type="Literal"][arguments.1.value!=/^[A-Z][A-Za-z0-9]*$/]`,
            message: 'A construct id is PascalCase.',
          },
        ]),
      ],
    },
  },
  refuse('lib', OUTSIDE_LIB, 'Folders'),
  ...SHELVES.map((shelf, at) => refuse(`lib/${shelf}`, [...OUTSIDE_LIB, ...SHELVES.slice(at + 1)], 'Shelves')),
  refuse('stages', ['tools', 'workload', 'bin', 'test'], 'Folders'),
  refuse('tools', ['workload', 'bin', 'test'], 'Folders'),
  refuse('workload', ['lib', 'stages', 'tools', 'bin', 'test'], 'Folders'),
  {
    files: ['test/**/*.ts', 'bench/**/*.ts'],
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/explicit-module-boundary-types': 'off',
    },
  },
);
