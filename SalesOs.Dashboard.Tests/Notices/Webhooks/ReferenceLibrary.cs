using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using SalesOs.Dashboard.Tests.Architecture;
using StandardWebhooks;

namespace SalesOs.Dashboard.Tests.Notices.Webhooks;

/// <summary>
/// Receivers that this product did not write: the libraries that the standard's own authors publish as <c>standardwebhooks</c>. npm's runs in Node.js, PyPI's in Python, NuGet's here.
/// <c>test.sh</c> gets the first and the last; Python's is taken where <c>pip install standardwebhooks</c> put it, and its tests are skipped without it.
/// </summary>
internal static class ReferenceLibrary
{
    public const string Holds = "holds";

    private static readonly string Folder = Path.Combine(Repository.Top, "SalesOs.Dashboard.Tests", "Provider");

    private static readonly string[] Names = ["webhook-id", "webhook-timestamp", "webhook-signature"];

    public static TheoryData<string> Languages => ["JavaScript", ".NET", "Python"];

    /// <summary>One verdict for each request under its secret: <see cref="Holds"/>, or what the library says is wrong.</summary>
    public static async Task<IReadOnlyList<string>> VerdictsAsync(string language, params IEnumerable<(string Secret, ReceivedRequest Request)> requests) => language switch
    {
        ".NET" => [.. requests.Select(one => InDotNet(one.Secret, one.Request))],
        "JavaScript" => await InNodeAsync(requests),
        "Python" => await InPythonAsync(requests),
        _ => throw new ArgumentOutOfRangeException(nameof(language), language, "No reference library of that language."),
    };

    private static async Task<string[]> InNodeAsync(IEnumerable<(string Secret, ReceivedRequest Request)> requests)
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

        var (code, verdicts, errors) = await RunAsync(NodeJs.Program, ["webhook.js"], requests);
        (code, errors).ShouldBe((0, ""));
        return verdicts;
    }

    private static async Task<string[]> InPythonAsync(IEnumerable<(string Secret, ReceivedRequest Request)> requests)
    {
        Assert.SkipUnless(await HasPythonAsync(), "Python's package standardwebhooks was not found: pip install standardwebhooks.");

        var (code, verdicts, errors) = await RunAsync("python3", ["webhook.py"], requests);
        (code, errors).ShouldBe((0, ""));
        return verdicts;
    }

    private static async Task<bool> HasPythonAsync()
    {
        try
        {
            return (await RunAsync("python3", ["-c", "import standardwebhooks"], [])).Code == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }

    private static async Task<(int Code, string[] Lines, string Errors)> RunAsync(string program, string[] arguments, IEnumerable<(string Secret, ReceivedRequest Request)> requests)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = Folder,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEndAsync();
        foreach (var (secret, request) in requests)
        {
            await process.StandardInput.WriteLineAsync(JsonSerializer.Serialize(new { secret, headers = request.Headers, body = Encoding.UTF8.GetString(request.Body) }));
        }

        process.StandardInput.Close();
        await process.WaitForExitAsync();
        return (process.ExitCode, (await output).Split('\n', StringSplitOptions.RemoveEmptyEntries), await errors);
    }

    /// <summary>As <see cref="VerdictsAsync"/>, of one request, in .NET.</summary>
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
