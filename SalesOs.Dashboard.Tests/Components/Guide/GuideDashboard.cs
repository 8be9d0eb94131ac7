using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;
using SalesOs.Dashboard.Components.Guide;
using SalesOs.Dashboard.Tests.Api;
using SalesOs.Dashboard.Tests.Architecture;

namespace SalesOs.Dashboard.Tests.Components.Guide;

/// <summary>A dashboard that anybody reads the guide of: nobody is signed in.</summary>
public sealed partial class GuideDashboard : IAsyncLifetime
{
    public static readonly IReadOnlyList<string> Languages = ["en", "pt-BR"];

    public static readonly IReadOnlyList<string> Names = ["index", "authentication", "keys", "activities", "leads", "management", "webhooks", "best-practices"];

    public RunningDashboard Dashboard { get; private set; } = null!;

    public static TheoryData<string, string> Pages => [.. Languages.SelectMany(_ => Names, (language, name) => new TheoryDataRow<string, string>(language, name))];

    public async ValueTask InitializeAsync() => Dashboard = await RunningDashboard.StartAsync(settings: Platform.Setting);

    public async ValueTask DisposeAsync() => await Dashboard.DisposeAsync();

    /// <summary>The file of the repository that a page is made from.</summary>
    public static string Source(string language, string name) =>
        File.ReadAllText(Path.Combine(Repository.Top, "SalesOs.Dashboard", "Components", "Guide", "Pages", language, name + ".md"));

    public static Task<string> MarkdownAsync(RunningDashboard dashboard, string language, string name) => TextAsync(dashboard, language, GuidePages.MarkdownAddressOf(name));

    public Task<string> MarkdownAsync(string language, string name) => MarkdownAsync(Dashboard, language, name);

    public static async Task<IHtmlDocument> PageAsync(RunningDashboard dashboard, string language, string address) =>
        new HtmlParser().ParseDocument(await TextAsync(dashboard, language, address));

    public Task<IHtmlDocument> PageAsync(string language, string address) => PageAsync(Dashboard, language, address);

    public static async Task<string> TextAsync(RunningDashboard dashboard, string language, string address)
    {
        using var answer = await GetAsync(dashboard, language, address);
        ((int)answer.StatusCode).ShouldBe(200, address);
        return await answer.Content.ReadAsStringAsync();
    }

    /// <summary>As somebody who comes for the first time: a language that was chosen before would be remembered.</summary>
    public static async Task<HttpResponseMessage> GetAsync(RunningDashboard dashboard, string language, string address)
    {
        using var client = dashboard.NewClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.AcceptLanguage.Add(new StringWithQualityHeaderValue(language));
        return await client.SendAsync(request);
    }

    /// <summary>The blocks of code of a page as Markdown, in their order, with what stands behind the fence.</summary>
    public static IReadOnlyList<Block> Blocks(string markdown) =>
    [
        .. Fence().Matches(markdown).Select(fence => new Block(
            fence.Groups["info"].Value,
            Regex.Replace(fence.Groups["code"].Value, "^" + fence.Groups["indent"].Value, "", RegexOptions.Multiline | RegexOptions.NonBacktracking).TrimEnd('\n'))),
    ];

    [GeneratedRegex(@"^(?<indent> *)```(?<info>\w.*)\n(?<code>(.*\n)*?) *```$", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Fence();

    public sealed partial record Block(string Info, string Code)
    {
        /// <summary>Null: it is no sample to save and run.</summary>
        public string? File => Said("file");

        public string Run => Said("run")!;

        public string Tab => Said("tab")!;

        private string? Said(string name) => Attribute().Matches(Info).FirstOrDefault(said => said.Groups["name"].Value == name)?.Groups["value"].Value;

        [GeneratedRegex("(?<name>[a-z]+)=\"(?<value>[^\"]*)\"", RegexOptions.ExplicitCapture)]
        private static partial Regex Attribute();
    }
}
