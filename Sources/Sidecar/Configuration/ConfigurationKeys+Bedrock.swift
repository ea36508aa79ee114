internal import YAML

/// A provider of type bedrock: where the models run, and who asks.
extension ProviderType {
    static var bedrock: [Key<NativeProvider>] {
        [
            Key(
                "region", \.region, ValueKind.text.optional, example: "eu-central-1",
                "Where the models run. Left out, AWS_REGION, AWS_DEFAULT_REGION and the profile say so."),
            Key(
                "key", \.key, ValueKind.secret.optional, example: "\"${AWS_BEARER_TOKEN_BEDROCK}\"",
                "An API key of Bedrock's own. Left out, like `access_key` and `profile`, credentials are looked for where "
                    + "Amazon's programs look: AWS_BEARER_TOKEN_BEDROCK, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, "
                    + "AWS_ROLE_ARN with AWS_WEB_IDENTITY_TOKEN_FILE, then ~/.aws/credentials and ~/.aws/config, then a "
                    + "container's own server."),
            Key(
                "access_key", \.accessKey, ValueKind.secret.optional, example: "\"${AWS_ACCESS_KEY_ID}\"",
                "The id of a key that requests are signed with."),
            Key(
                "secret_key", \.secretKey, ValueKind.secret.optional, example: "\"${AWS_SECRET_ACCESS_KEY}\"",
                "That key."),
            Key(
                "session_token", \.sessionToken, ValueKind.secret.optional, example: "\"${AWS_SESSION_TOKEN}\"",
                "What goes with a key that holds for a while."),
            Key(
                "profile", \.profile, ValueKind.text.optional, example: "work",
                "The section of ~/.aws/credentials and ~/.aws/config with the key, or with the way to one: a role, a login, a "
                    + "program; read again when these files change. Left out, AWS_PROFILE says so, or it is `default`."),
            Key(
                "metadata", \.asksMetadata, .boolean, example: "true",
                "Ask the server that machines in Amazon's cloud have, if nobody else gives a key."),
            Key(
                "inference_profile", \.inferenceProfile, .text, example: "eu",
                "The group of regions that answers for a Claude model which is asked for by Anthropic's name: with `eu` "
                    + "`claude-x` becomes `eu.anthropic.claude-x`. Names of Bedrock's own and ARNs stay as they are."),
            Key(
                "guardrail", \.guardrail, ValueKind.text.optional, example: "gr-abc123",
                "The id or the ARN of a guardrail for every request."),
            Key(
                "guardrail_version", \.guardrailVersion, ValueKind.text.optional, example: "\"1\"",
                "Its version; left out, it is DRAFT."),
            Key(
                "base_url", \.baseURL, ValueKind.versionedBaseURL.optional,
                example: "https://bedrock-runtime.eu-central-1.amazonaws.com",
                "Where the API is, in place of what follows from the region; `/model/…` follows it."),
        ]
    }
}
