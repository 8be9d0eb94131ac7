using SalesOs.Dashboard.Answers;

namespace SalesOs.Dashboard.Components.Keys.Samples;

/// <summary>Node.js from 18, without packages.</summary>
public static class NodeSample
{
    public static string Of(SampleText text) => $$"""
        import { createHash, createHmac } from "node:crypto";

        const apiKey = "{{text.ApiKey}}";
        const baseUrl = "{{text.BaseAddress}}";
        const secret = process.env.{{EnvFile.SecretName}};
        if (!secret) throw new Error("{{text.SetFirst}}");

        const hmac = (key, data) => createHmac("sha256", key).update(data).digest();

        function sign(method, target, body = "") {
          const timestamp = Math.floor(Date.now() / 1000).toString();
          const bodyHash = createHash("sha256").update(body).digest("hex");
          const key = [apiKey, timestamp, method, target].reduce(hmac, secret);
          return `P2S-SIGN-V1 ${apiKey}:${timestamp}:${hmac(key, bodyHash).toString("hex")}`;
        }

        const method = "GET";
        const target = "/v1/whoami"; // {{text.TargetNote}}
        const response = await fetch(baseUrl + target, {
          method,
          headers: { Authorization: sign(method, target) },
        });
        console.log(await response.text());
        if (!response.ok) process.exitCode = 1;
        """;
}
