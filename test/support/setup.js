// Template validation costs two seconds a test file; compliance.test.ts turns it on again and validates every stage.
process.env.CDK_VALIDATION = 'false';
