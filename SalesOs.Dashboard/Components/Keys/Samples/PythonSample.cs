namespace SalesOs.Dashboard.Components.Keys.Samples;

/// <summary>Python from 3.8, without packages.</summary>
public static class PythonSample
{
    public static string Of(SampleText text) => $$"""
        import hashlib
        import hmac
        import os
        import sys
        import time
        import urllib.error
        import urllib.request

        API_KEY = "{{text.ApiKey}}"
        BASE_URL = "{{text.BaseAddress}}"
        SECRET = os.environ.get("{{EnvFile.SecretName}}") or sys.exit("{{text.SetFirst}}")


        def sign(method, target, body=b""):
            timestamp = str(int(time.time()))
            key = SECRET.encode()
            for part in (API_KEY, timestamp, method, target):
                key = hmac.new(key, part.encode(), hashlib.sha256).digest()
            body_hash = hashlib.sha256(body).hexdigest()
            signature = hmac.new(key, body_hash.encode(), hashlib.sha256).hexdigest()
            return f"P2S-SIGN-V1 {API_KEY}:{timestamp}:{signature}"


        method = "GET"
        target = "/v1/whoami"  # {{text.TargetNote}}
        request = urllib.request.Request(
            BASE_URL + target,
            method=method,
            headers={"Authorization": sign(method, target)},
        )
        try:
            with urllib.request.urlopen(request) as response:
                print(response.read().decode())
        except urllib.error.HTTPError as refused:
            sys.exit(refused.read().decode())
        """;
}
