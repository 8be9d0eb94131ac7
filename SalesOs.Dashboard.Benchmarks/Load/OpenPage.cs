using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.AspNetCore.SignalR.Protocol;
using Microsoft.Extensions.DependencyInjection;
using SalesOs.Dashboard.Components.Language;

namespace SalesOs.Dashboard.Benchmarks.Load;

/// <summary>
/// A page that somebody signed in has open, without the browser around it: fetches the document, opens its circuit with the components that the document names,
/// acknowledges what is drawn, and answers the page's calls to its scripts.
/// </summary>
internal sealed partial class OpenPage : IAsyncDisposable
{
    private const string Zone = "Europe/Lisbon";

    private readonly HubConnection connection;
    private readonly TaskCompletionSource drawn = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long batches;

    private OpenPage(HubConnection connection) => this.connection = connection;

    /// <summary>How often something was drawn on the page.</summary>
    public long Batches => Interlocked.Read(ref batches);

    /// <summary>What the server reported as gone wrong in the circuit.</summary>
    public string? Trouble { get; private set; }

    /// <summary>Signs in at the program's own sign-in.</summary>
    /// <returns>The cookies of the session.</returns>
    public static async Task<CookieContainer> SignInAsync(Uri server, string person)
    {
        var cookies = new CookieContainer();
        // As every page but a browser's first brings it.
        cookies.Add(server, new Cookie(UserTimeZone.Cookie, Zone));
        using var client = NewClient(server, cookies);
        var form = await client.GetStringAsync(new Uri("/sign-in?returnUrl=/", UriKind.Relative));
        var fields = HiddenField().Matches(form).Select(m => KeyValuePair.Create(WebUtility.HtmlDecode(m.Groups["name"].Value), WebUtility.HtmlDecode(m.Groups["value"].Value)));
        using var content = new FormUrlEncodedContent([.. fields, KeyValuePair.Create("person", person)]);
        using var answer = await client.PostAsync(new Uri("/connect/authorize", UriKind.Relative), content);
        answer.EnsureSuccessStatusCode();
        return cookies;
    }

    public static async Task<OpenPage> OpenAsync(Uri server, CookieContainer cookies, string path)
    {
        using var client = NewClient(server, cookies);
        var address = new Uri(server, path);
        var document = await client.GetStringAsync(address);
        var operations = new JsonArray([.. Component().Matches(document).Select(m => JsonNode.Parse(m.Groups["marker"].Value)!.AsObject()).Where(m => m.ContainsKey("descriptor"))
            .Select((marker, i) => new JsonObject { ["type"] = "add", ["ssrComponentId"] = i + 1, ["marker"] = marker })]);
        var state = State().Match(document).Groups["state"].Value;

        var builder = new HubConnectionBuilder().WithUrl(new Uri(server, "/_blazor"), HttpTransportType.WebSockets, options =>
        {
            options.SkipNegotiation = true;
            options.Cookies = cookies;
            options.Headers["Origin"] = server.GetLeftPart(UriPartial.Authority);
        });
        builder.Services.AddSingleton<IHubProtocol>(new BlazorPack());
        var page = new OpenPage(builder.Build());
        page.Answer();
        await page.connection.StartAsync();
        var circuit = await page.connection.InvokeAsync<string?>("StartCircuit", server.AbsoluteUri, address.AbsoluteUri, "[]", state);
        if (circuit is null)
        {
            throw new InvalidOperationException("The server opened no circuit.");
        }

        await page.connection.SendAsync("UpdateRootComponents", new JsonObject { ["batchId"] = 1, ["operations"] = operations }.ToJsonString(), state);
        await page.drawn.Task.WaitAsync(TimeSpan.FromSeconds(30));
        return page;
    }

    public ValueTask DisposeAsync() => connection.DisposeAsync();

    private void Answer()
    {
        connection.On<long, byte[]>("JS.RenderBatch", async (batch, _) =>
        {
            Interlocked.Increment(ref batches);
            drawn.TrySetResult();
            await connection.SendAsync("OnRenderCompleted", batch, null);
        });
        connection.On<long, string, string, int, long, int>("JS.BeginInvokeJS", async (call, function, _, _, _, _) =>
        {
            if (call != 0)
            {
                var result = function switch
                {
                    "dashboard.arrive" => $"\"{Zone}\"",
                    "apiKeys.shortcutsAreOn" => "true",
                    _ => "null",
                };
                await connection.SendAsync("EndInvokeJSFromDotNet", call, true, string.Create(CultureInfo.InvariantCulture, $"[{call},true,{result}]"));
            }
        });
        connection.On<string>("JS.Error", trouble =>
        {
            Trouble = trouble;
            drawn.TrySetException(new InvalidOperationException(trouble));
        });
        connection.On<long>("JS.EndUpdateRootComponents", _ => { });
    }

    private static HttpClient NewClient(Uri server, CookieContainer cookies) =>
        new(new SocketsHttpHandler { CookieContainer = cookies, AutomaticDecompression = DecompressionMethods.All }) { BaseAddress = server };

    [GeneratedRegex("""<input type="hidden" name="(?<name>[^"]*)" value="(?<value>[^"]*)">""", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex HiddenField();

    [GeneratedRegex("""<!--Blazor:(?<marker>\{.*?\})-->""", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Component();

    [GeneratedRegex("<!--Blazor-Server-Component-State:(?<state>[^-]*)-->", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex State();
}
