namespace SalesOs.Dashboard.Components.Keys.Reveal;

/// <summary>
/// A bash script that signs <c>GET /v1/whoami</c> by P2S-SIGN-V1 with OpenSSL and sends it with cURL. The secret is read from the environment,
/// so that it never lands in a file that is shared or in the shell's history. A test runs the script.
/// </summary>
public static class CurlSample
{
    /// <param name="baseAddress">Where the reader sees the dashboard, without a slash at the end.</param>
    public static string For(string apiKey, string baseAddress) => $$"""
        #!/usr/bin/env bash
        set -euo pipefail

        API_KEY='{{apiKey}}'
        BASE_URL='{{baseAddress}}'
        : "${{{EnvFile.SecretName}}:?Set {{EnvFile.SecretName}} to the secret first}"

        METHOD='GET'
        TARGET='/v1/whoami'   # path and query, exactly as they are sent
        BODY=''

        hex()  { od -An -v -tx1 | tr -d ' \n'; }
        hmac() { printf '%s' "$2" | openssl dgst -sha256 -mac HMAC -macopt "hexkey:$1" -binary | hex; }

        TIMESTAMP=$(date +%s)
        BODY_HASH=$(printf '%s' "$BODY" | openssl dgst -sha256 -binary | hex)

        K1=$(hmac "$(printf '%s' "${{EnvFile.SecretName}}" | hex)" "$API_KEY")
        K2=$(hmac "$K1" "$TIMESTAMP")
        K3=$(hmac "$K2" "$METHOD")
        K4=$(hmac "$K3" "$TARGET")
        SIGNATURE=$(hmac "$K4" "$BODY_HASH")

        curl --silent --show-error --fail-with-body \
          --request "$METHOD" "$BASE_URL$TARGET" \
          --header "Authorization: P2S-SIGN-V1 $API_KEY:$TIMESTAMP:$SIGNATURE"
        """.ReplaceLineEndings("\n");
}
