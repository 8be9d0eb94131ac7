using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using SalesOs.Dashboard.Tests.Architecture;
using StandardWebhooks;

namespace SalesOs.Dashboard.Tests.Notices.Webhooks;

/// <summary>Receivers that this product did not write: the npm package <c>standardwebhooks</c> of the standard's own authors, in Node.js, and the NuGet package of the same name.</summary>
internal static class ReferenceLibrary
{
    public const string Holds = "holds";

    private static readonly string Folder = Path.Combine(Repository.Top, "SalesOs.Dashboard.Tests", "Provider");

    private static readonly string[] Names = ["webhook-id", "webhook-timestamp", "webhook-signature"];

    /// <summary>One verdict for each request under its secret: <see cref="Holds"/>, or what the library says is wrong.</summary>
    public static async Task<IReadOnlyList<string>> InNodeAsync(params IEnumerable<(string Secret, ReceivedRequest Request)> requests)
    {
        if (!Directory.Exists(Path.Combine(Folder, "node_modules", "standardwebhooks")))
        {
            const string Missing = "The npm package standardwebhooks was not found; test.sh gets it.";
            if (Environment.GetEnvironmentVariable("CI") == "true")
            {
                throw new InvalidOperationException(Missing);
            }

            Assert.Skip(Missing);
        }

        using var node = Process.Start(new ProcessStartInfo(NodeJs.Program, "webhook.js")
        {
            WorkingDirectory = Folder,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var errors = node.StandardError.ReadToEndAsync();
        var output = node.StandardOutput.ReadToEndAsync();
        foreach (var (secret, request) in requests)
        {
            await node.StandardInput.WriteLineAsync(JsonSerializer.Serialize(new { secret, headers = request.Headers, body = Encoding.UTF8.GetString(request.Body) }));
        }

        node.StandardInput.Close();
        await node.WaitForExitAsync();
        (await errors).ShouldBeEmpty();
        return (await output).Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>As <see cref="InNodeAsync"/>, in .NET.</summary>
    public static string InDotNet(string secret, ReceivedRequest request)
    {
        var headers = new HeaderDictionary();
        foreach (var name in Names)
        {
            headers[name] = request.Headers[name];
        }

        try
        {
            new StandardWebhook(secret).Verify(Encoding.UTF8.GetString(request.Body), headers);
            return Holds;
        }
        catch (StandardWebhooks.Diagnostics.WebhookVerificationException fault)
        {
            return fault.Message;
        }
    }
}
