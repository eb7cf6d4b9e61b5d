// Template validation costs two seconds a test file; compliance.test.ts turns it on again and validates every stage.
process.env.CDK_VALIDATION = 'false';
// Says on every start that Node 20 ends; README says what that means here.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
