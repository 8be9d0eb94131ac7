namespace SalesOs.Dashboard.Components.Keys.Samples;

/// <summary>Bash with OpenSSL and cURL. It needs no more than bash 3 and POSIX tools, as macOS has them.</summary>
public static class BashSample
{
    public static string Of(SampleText text) => $$"""
        #!/usr/bin/env bash
        set -euo pipefail

        API_KEY='{{text.ApiKey}}'
        BASE_URL='{{text.BaseAddress}}'
        : "${{{EnvFile.SecretName}}:?{{text.SetFirst}}}"

        METHOD='GET'
        TARGET='/v1/whoami'   # {{text.TargetNote}}
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
        """;
}
