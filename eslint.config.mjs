import jsdoc from 'eslint-plugin-jsdoc';
import tseslint from 'typescript-eslint';

const CONSTRUCT = '/^(Construct|Stack|RegionalStack|Key|Bucket)$/';

/** Arrows between the layers: stages/ uses lib/, tools/ reads templates, workload/ stands alone. */
const layer = (folder, forbidden) => ({
  files: [`${folder}/**/*.ts`],
  rules: {
    'no-restricted-imports': [
      'error',
      {
        patterns: [
          { regex: `(^|/)\\.\\./(.*/)?(${forbidden})(/|$)`, message: `${folder}/ does not import this: see CONTRIBUTING.md, "Layers".` },
        ],
      },
    ],
  },
});

export default tseslint.config(
  { ignores: ['node_modules/', '**/dist/', 'cdk.out/', 'workload/bundle/', 'coverage/'] },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { project: './tsconfig.json' } },
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
  layer('lib', 'stages|tools|workload|bin|test'),
  layer('stages', 'tools|workload|bin|test'),
  layer('tools', 'workload|bin|test'),
  layer('workload', 'lib|stages|tools|bin|test'),
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
