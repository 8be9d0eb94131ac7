namespace SalesOs.Dashboard.Components.Keys.Samples;

/// <summary>C# as one file, as the .NET SDK runs it from version 10; without packages.</summary>
public static class CSharpSample
{
    public static string Of(SampleText text) => $$"""
        using System.Security.Cryptography;
        using System.Text;

        const string apiKey = "{{text.ApiKey}}";
        const string baseUrl = "{{text.BaseAddress}}";
        var secret = Environment.GetEnvironmentVariable("{{EnvFile.SecretName}}") ?? "";
        if (secret == "")
        {
            Console.Error.WriteLine("{{text.SetFirst}}");
            return 1;
        }

        var target = "/v1/whoami"; // {{text.TargetNote}}
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, baseUrl + target);
        request.Headers.TryAddWithoutValidation("Authorization", Sign("GET", target, []));
        using var response = await client.SendAsync(request);
        Console.WriteLine(await response.Content.ReadAsStringAsync());
        return response.IsSuccessStatusCode ? 0 : 1;

        string Sign(string method, string target, byte[] body)
        {
            var timestamp = DateTimeOffset.UtcNow.ToUnixTimeSeconds().ToString();
            var key = Encoding.UTF8.GetBytes(secret);
            foreach (var part in new[] { apiKey, timestamp, method, target })
            {
                key = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(part));
            }

            var bodyHash = Convert.ToHexStringLower(SHA256.HashData(body));
            var signature = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(bodyHash));
            return $"P2S-SIGN-V1 {apiKey}:{timestamp}:{Convert.ToHexStringLower(signature)}";
        }
        """;
}
