using System.Collections;
using System.Globalization;
using System.Net;
using System.Resources;
using System.Text.RegularExpressions;
using SalesOs.Dashboard.Components.Guide;
using SalesOs.Dashboard.Components.Language;
using SalesOs.Dashboard.Signing;
using SalesOs.Dashboard.Tests.Architecture;
using static SalesOs.Dashboard.Tests.Components.Guide.GuideDashboard;

namespace SalesOs.Dashboard.Tests.Components.Guide;

public sealed partial class GuideTests(GuideDashboard house) : IClassFixture<GuideDashboard>
{
    private const RegexOptions Lines = RegexOptions.Multiline | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking;

    [Fact]
    public void Pages_OfTheGuide_AreTheFilesOfBothLanguages()
    {
        foreach (var language in GuideDashboard.Languages)
        {
            Directory.EnumerateFiles(Path.Combine(Repository.Top, "SalesOs.Dashboard/Components/Guide/Pages", language)).Select(Path.GetFileNameWithoutExtension)
                .ShouldBe(Names, ignoreOrder: true);
        }
    }

    [Fact]
    public void Languages_OfEachPage_HaveTheSamePartsCodeAndCells()
    {
        foreach (var name in Names)
        {
            var (english, portuguese) = (Source("en", name), Source("pt-BR", name));
            Found(Anchor(), portuguese).ShouldBe(Found(Anchor(), english), name);
            Found(Place(), portuguese).ShouldBe(Found(Place(), english), name);
            Found(Target(), portuguese).ShouldBe(Found(Target(), english), name);
            portuguese.Split('\n').Select(Shape).ShouldBe(english.Split('\n').Select(Shape), name);
            Found(Span(), WithoutBlocks(portuguese)).Order(StringComparer.Ordinal).ShouldBe(Found(Span(), WithoutBlocks(english)).Order(StringComparer.Ordinal), name);
            Blocks(portuguese).Select(WithoutComments).ShouldBe(Blocks(english).Select(WithoutComments), name);
        }
    }

    /// <summary>A sentence or a cell that reads the same in both was not translated.</summary>
    [Fact]
    public void Portuguese_OfEachPage_LeavesNothingInEnglish()
    {
        foreach (var name in Names)
        {
            var english = Texts(Source("en", name)).ToHashSet(StringComparer.Ordinal);
            Texts(Source("pt-BR", name)).Where(english.Contains).ShouldBeEmpty(name);
        }
    }

    /// <summary>What stands in italics is what the dashboard's pages say in that language.</summary>
    [Fact]
    public void Italics_OfEachPage_AreWordsOfTheDashboard()
    {
        foreach (var language in GuideDashboard.Languages)
        {
            var words = typeof(Words<>).Assembly.GetTypes().Where(t => t.Namespace?.StartsWith("SalesOs.Dashboard.Components", StringComparison.Ordinal) == true && t.Name.EndsWith("Texts", StringComparison.Ordinal))
                .SelectMany(t => new ResourceManager(t).GetResourceSet(CultureInfo.GetCultureInfo(language), createIfNotExists: true, tryParents: true)!.Cast<DictionaryEntry>())
                .Select(text => (string)text.Value!).ToHashSet(StringComparer.Ordinal);
            var shown = Names.SelectMany(name => Found(Italic(), WithoutBlocks(Source(language, name)))).ToList();
            shown.Count.ShouldBeGreaterThan(5);
            shown.Where(text => !words.Contains(text)).ShouldBeEmpty(language);
        }
    }

    [Theory]
    [MemberData(nameof(GuideDashboard.Pages), MemberType = typeof(GuideDashboard))]
    public async Task Page_AndItsMarkdown_AreItsSourceFilled(string language, string name)
    {
        using var answer = await GetAsync(house.Dashboard, language, GuidePages.MarkdownAddressOf(name));
        answer.Content.Headers.ContentType!.ToString().ShouldBe("text/markdown; charset=utf-8");
        var markdown = await answer.Content.ReadAsStringAsync();
        markdown.ShouldNotContain("{{");
        var at = 0;
        foreach (var line in Source(language, name).Split('\n').Where(line => !line.Contains("{{", StringComparison.Ordinal)))
        {
            at = markdown.IndexOf(line, at, StringComparison.Ordinal);
            at.ShouldBeGreaterThanOrEqualTo(0, line);
        }

        var page = await house.PageAsync(language, GuidePages.AddressOf(name));
        page.DocumentElement.GetAttribute("lang").ShouldBe(language);
        page.QuerySelector("h1")!.TextContent.ShouldBe(markdown.Split('\n')[0][2..]);
        page.QuerySelectorAll("article h2").Select(h => $"{h.TextContent} {{#{h.Id}}}").ShouldBe(Found(Heading(), markdown));
        page.QuerySelectorAll("article pre").Select(code => code.TextContent.TrimEnd('\n')).ShouldBe(Blocks(markdown).Select(block => block.Code));
        page.QuerySelectorAll(".parts a").Length.ShouldBe(page.QuerySelectorAll("article h2").Length);
        page.QuerySelectorAll("[style], style, script:not([src]), [onclick]").ShouldBeEmpty();
    }

    [Theory]
    [InlineData("en")]
    [InlineData("pt-BR")]
    public async Task Links_OfTheGuide_AllLeadSomewhere(string language)
    {
        var start = new Uri(house.Dashboard.BaseAddress, "/docs");
        var (open, pages, dead) = (new Queue<Uri>([start]), new Dictionary<string, AngleSharp.Html.Dom.IHtmlDocument>(StringComparer.Ordinal), new List<string>());
        var links = 0;
        while (open.TryDequeue(out var address))
        {
            if (pages.ContainsKey(address.AbsolutePath))
            {
                continue;
            }

            var page = pages[address.AbsolutePath] = await house.PageAsync(language, address.AbsolutePath);
            foreach (var target in page.QuerySelectorAll("a[href]").Select(a => new Uri(start, a.GetAttribute("href"))))
            {
                links++;
                target.Authority.ShouldBe(start.Authority);
                if (Names.Select(GuidePages.AddressOf).Contains(target.AbsolutePath, StringComparer.Ordinal))
                {
                    open.Enqueue(target);
                }
                else
                {
                    using var answer = await GetAsync(house.Dashboard, language, target.PathAndQuery);
                    if (answer.StatusCode != HttpStatusCode.OK)
                    {
                        dead.Add($"{address} to {target}: {(int)answer.StatusCode}");
                    }
                }
            }
        }

        pages.Keys.ShouldBe(Names.Select(GuidePages.AddressOf), ignoreOrder: true);
        foreach (var (address, page) in pages)
        {
            dead.AddRange(page.QuerySelectorAll("a[href*='#']").Select(a => new Uri(start, a.GetAttribute("href")))
                .Where(target => pages.TryGetValue(target.AbsolutePath, out var there) && there.GetElementById(target.Fragment[1..]) is null).Select(target => $"{address} to {target}"));
        }

        links.ShouldBeGreaterThan(100);
        dead.ShouldBeEmpty();
    }

    /// <summary>A program that asks for Markdown is not answered with a page for people.</summary>
    [Fact]
    public async Task Markdown_OfAPageThatIsNot_Is404AndNamesTheList()
    {
        using var answer = await GetAsync(house.Dashboard, "en", GuidePages.MarkdownAddressOf("nowhere"));

        answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        answer.Content.Headers.ContentType!.ToString().ShouldBe("text/markdown; charset=utf-8");
        (await answer.Content.ReadAsStringAsync()).ShouldBe($"There is no such page. {new Uri(house.Dashboard.BaseAddress, "/llms.txt")} has the list of all pages.\n");
    }

    [Fact]
    public async Task Window_OfTheTimestamp_IsTheSettings()
    {
        await using var dashboard = await RunningDashboard.StartAsync(settings: "--Gate:WindowSeconds=45");

        (await MarkdownAsync(dashboard, "en", "authentication")).ShouldContain("good for 45 seconds before and after");
        (await MarkdownAsync(dashboard, "pt-BR", "authentication")).ShouldContain("com tolerância de 45 segundos para mais ou para menos");
    }

    [Fact]
    public async Task LlmsTxt_ListsEachPageAsMarkdown()
    {
        using var answer = await GetAsync(house.Dashboard, "en", "/llms.txt");
        answer.Content.Headers.ContentType!.ToString().ShouldBe("text/plain; charset=utf-8");
        var text = await answer.Content.ReadAsStringAsync();
        text.ShouldStartWith("# SalesOS\n\n> ");
        var listed = Found(Target(), text).Select(target => new Uri(target.Trim('(', ')'))).ToList();
        listed.Select(address => address.AbsolutePath).ShouldBe([.. Names.Select(GuidePages.MarkdownAddressOf), "/openapi/v1.json"]);
        foreach (var address in listed)
        {
            await TextAsync(house.Dashboard, "en", address.PathAndQuery);
        }

        (await TextAsync(house.Dashboard, "pt-BR", "/llms.txt")).ShouldContain("[Assinar uma requisição]");
    }

    [Fact]
    public async Task Example_OfThePage_IsRightInEveryValue()
    {
        foreach (var language in GuideDashboard.Languages)
        {
            var text = Source(language, "authentication");
            var rows = Found(Row(), text).Select(row => row.Trim('|', ' ').Split('|', StringSplitOptions.TrimEntries)).ToLookup(cells => cells[0], cells => cells[^1].Trim('`'), StringComparer.Ordinal);
            var (key, secret, timestamp, method, target) = (rows["API_KEY"].Single(), rows["SECRET"].Last(), rows["TIMESTAMP"].Last(), rows["METHOD"].Last(), rows["PATH"].Last());
            CredentialFormat.IsApiKey(key).ShouldBeTrue();
            CredentialFormat.IsSecret(secret).ShouldBeTrue();
            var body = Blocks(text).First(block => block.Info == "json").Code;
            System.Text.Encoding.UTF8.GetByteCount(body).ShouldBe(123);

            var steps = ExampleChain.Of(secret, key, timestamp, method, target, body);
            rows["k1"].Single().ShouldBe(steps.K1);
            rows["k2"].Single().ShouldBe(steps.K2);
            rows["k3"].Single().ShouldBe(steps.K3);
            rows["k4"].Single().ShouldBe(steps.K4);
            rows.Single(row => row.Key.StartsWith("SHA-256", StringComparison.Ordinal)).Single().ShouldBe(steps.Digest);
            rows["SIGNATURE"].Single().ShouldBe(steps.Signature);
            Blocks(text).ShouldContain(block => block.Code == $"Authorization: P2S-SIGN-V1 {key}:{timestamp}:{steps.Signature}");
            var other = ExampleChain.Of(secret, key, timestamp, "GET", "/v1/leads?status=new&per_page=10", "");
            // No value stands there that is not one of these.
            Found(Digest(), text).Distinct(StringComparer.Ordinal)
                .ShouldBe([steps.K1, steps.K2, steps.K3, steps.K4, steps.Digest, steps.Signature, other.Digest, other.Signature], ignoreOrder: true);
            (await house.MarkdownAsync(language, "authentication")).ShouldContain(other.Signature);
        }
    }

    [Fact]
    public async Task Management_SwitchedOff_IsNotInTheGuide()
    {
        await using var dashboard = await RunningDashboard.StartAsync(settings: "--Api:Enabled=false");
        foreach (var address in (string[])["/docs/management", "/docs/management.md"])
        {
            using var answer = await GetAsync(dashboard, "en", address);
            answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        }

        foreach (var name in Names.Where(name => name != "management"))
        {
            (await TextAsync(dashboard, "en", GuidePages.AddressOf(name))).ShouldNotContain("docs/management");
            (await MarkdownAsync(dashboard, "en", name)).ShouldNotContain("management.md");
        }

        (await TextAsync(dashboard, "en", "/llms.txt")).ShouldNotContain("management");
    }

    [Fact]
    public async Task Samples_WhereTheApiHasAnotherHost_NameIt()
    {
        await using var dashboard = await RunningDashboard.StartAsync(settings: "--Site:ApiAddress=https://api.example.com/");
        var samples = Blocks(await MarkdownAsync(dashboard, "en", "leads")).Where(block => block.File is not null).ToList();
        samples.Count.ShouldBe(20);
        samples.ShouldAllBe(block => block.Code.Contains("https://api.example.com", StringComparison.Ordinal) && !block.Code.Contains("127.0.0.1", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Samples_OfAKeyInTheAddress_NameItAndNothingElseFromThere()
    {
        var key = CredentialFormat.NewApiKey(test: true);
        var page = await house.PageAsync("en", "/docs/leads?key=" + key);
        page.QuerySelectorAll(".tab code").Length.ShouldBe(40);
        page.QuerySelectorAll(".tab pre").ShouldAllBe(code => code.TextContent.Contains($" {key}\n", StringComparison.Ordinal) && code.TextContent.Contains("the API key first", StringComparison.Ordinal));
        page.QuerySelectorAll("#guide-pages a[href^='/docs']:not([href='/docs/api'])").ShouldAllBe(link => link.GetAttribute("href")!.EndsWith("?key=" + key, StringComparison.Ordinal));
        foreach (var other in (string[])["sk_test_';rm -rf ~;'", key[..^1] + (key[^1] == 'a' ? 'b' : 'a'), $"{Guid.NewGuid()}", "salesos_secret_test_1"])
        {
            var text = await TextAsync(house.Dashboard, "en", "/docs/leads?key=" + Uri.EscapeDataString(other));
            WebUtility.HtmlDecode(text[text.IndexOf("<main", StringComparison.Ordinal)..]).ShouldNotContain(other);
        }
    }

    [Fact]
    public async Task Page_ThatIsNotThere_IsNotFound()
    {
        foreach (var address in (string[])["/docs/nowhere", "/docs/index", "/docs/nowhere.md"])
        {
            using var answer = await GetAsync(house.Dashboard, "en", address);
            answer.StatusCode.ShouldBe(HttpStatusCode.NotFound, address);
        }

        (await TextAsync(house.Dashboard, "en", "/docs.md")).ShouldStartWith("# Connect a program");
    }

    private static List<string> Found(Regex pattern, string text) => [.. pattern.Matches(text).Select(match => match.Groups["it"].Value)];

    private static string WithoutBlocks(string markdown) => Fenced().Replace(markdown, "");

    private static string WithoutComments(Block block) => Comment().Replace(block.Code, "");

    /// <summary>What kind of line it is: heading, row of a table with so many cells, item, empty, text.</summary>
    private static string Shape(string line) => line.StartsWith('|') ? $"|{line.Count(c => c == '|')}" : line.Length == 0 ? "" : line[0] is '#' or '-' or '{' or '}' || line.StartsWith("```", StringComparison.Ordinal) ? line[..Math.Min(2, line.Length)] : "text";

    private static IEnumerable<string> Texts(string markdown) => WithoutBlocks(markdown).Split('\n', '|')
        .Select(text => Place().Replace(Span().Replace(text, ""), "").Trim())
        .Where(text => LettersOnly().Matches(text).Count >= 3);

    [GeneratedRegex(@"(?<it>\{#[a-z-]+\})", Lines)]
    private static partial Regex Anchor();

    [GeneratedRegex(@"(?<it>\{\{[^}]+\}\})", Lines)]
    private static partial Regex Place();

    [GeneratedRegex(@"\](?<it>\([^)\s]+\))", Lines)]
    private static partial Regex Target();

    [GeneratedRegex("(?<it>`[^`\n]+`)", Lines)]
    private static partial Regex Span();

    [GeneratedRegex(@"(?:[^*\w])\*(?<it>[^*\n]+)\*", Lines)]
    private static partial Regex Italic();

    [GeneratedRegex("^## (?<it>.+)$", Lines)]
    private static partial Regex Heading();

    [GeneratedRegex(@"^(?<it>\|.+\|)$", Lines)]
    private static partial Regex Row();

    [GeneratedRegex("(?<it>[0-9a-f]{64})", Lines)]
    private static partial Regex Digest();

    [GeneratedRegex(@"^ *```\w[\s\S]*?^ *```$", RegexOptions.Multiline)]
    private static partial Regex Fenced();

    [GeneratedRegex(" *# .*$", Lines)]
    private static partial Regex Comment();

    [GeneratedRegex(@"\p{L}{3,}", Lines)]
    private static partial Regex LettersOnly();
}
