using System.Collections;
using System.Globalization;
using System.Resources;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.Api;
using SalesOs.Dashboard.ApiKeys.Policies;
using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.Components.AuditLog;
using SalesOs.Dashboard.Components.Keys;
using SalesOs.Dashboard.Components.Keys.Policies;
using SalesOs.Dashboard.Components.Language;
using SalesOs.Dashboard.Components.Notices;
using SalesOs.Dashboard.Notices;
using SalesOs.Dashboard.Tests.Architecture;

namespace SalesOs.Dashboard.Tests.Components.Language;

public partial class ResourceTests
{
    public static TheoryData<Type> Resources =>
        [.. typeof(Words<>).Assembly.GetTypes().Where(t => (t.Namespace?.StartsWith("SalesOs.Dashboard.Components", StringComparison.Ordinal) == true || t.Namespace == "SalesOs.Dashboard.Notices") && t.Name.EndsWith("Texts", StringComparison.Ordinal))];

    [Theory]
    [MemberData(nameof(Resources))]
    public void Resource_InBothLanguages_HasTheSameKeysAndPlaceholders(Type texts)
    {
        var english = Read(texts, CultureInfo.InvariantCulture);
        var portuguese = Read(texts, CultureInfo.GetCultureInfo("pt-BR"));

        portuguese.Keys.Order(StringComparer.Ordinal).ShouldBe(english.Keys.Order(StringComparer.Ordinal));
        foreach (var (key, text) in english)
        {
            if (!key.EndsWith("Format", StringComparison.Ordinal))
            {
                IcuMessage.Parse(portuguese[key]).Placeholders.ShouldBe(IcuMessage.Parse(text).Placeholders, $"{texts.Name}.{key}");
            }

            portuguese[key].ShouldNotBeNullOrWhiteSpace();
            text.ShouldNotBeNullOrWhiteSpace();
        }
    }

    [Fact]
    public void Words_AskedForByName_AreAmongTheTextsThatAreAsked()
    {
        var known = Resources.ToDictionary(row => row.Data.Name, row => Read(row.Data, CultureInfo.InvariantCulture).Keys.ToHashSet(StringComparer.Ordinal), StringComparer.Ordinal);
        // A page and the code behind it are one component.
        var asked = Directory.EnumerateFiles(Path.Combine(Repository.Top, "SalesOs.Dashboard", "Components"), "*.*", SearchOption.AllDirectories)
            .Where(path => Path.GetExtension(path) is ".razor" or ".cs")
            .GroupBy(path => path.Split(".razor")[0], StringComparer.Ordinal)
            .SelectMany(component =>
            {
                var source = string.Concat(component.Select(File.ReadAllText));
                var texts = Declared().Matches(source).ToLookup(m => m.Groups["name"].Value, m => m.Groups["texts"].Value, StringComparer.Ordinal);
                // What a base class has injected may be any of them.
                return Asked().Matches(source).Select(m => (Name: m.Groups["name"].Value, Key: m.Groups["key"].Value))
                    .Where(m => texts.Contains(m.Name) || m.Name.EndsWith("ords", StringComparison.Ordinal))
                    .Select(m => (m.Key, Texts: texts.Contains(m.Name) ? texts[m.Name] : known.Keys));
            })
            .ToList();

        asked.Count.ShouldBeGreaterThan(1000);
        asked.Where(one => !one.Texts.Any(texts => known[texts].Contains(one.Key))).Select(one => $"{one.Key} of {string.Join(", ", one.Texts)}").ShouldBeEmpty();
    }

    [Fact]
    public void RuleFaults_OfTheDomain_AreAllWorded()
    {
        var worded = Read(typeof(KeysTexts), CultureInfo.InvariantCulture).Keys;
        var codes = Sources("ApiKeys", "*.cs").SelectMany(source => Coded().Matches(source).Select(m => m.Groups["code"].Value)).Distinct(StringComparer.Ordinal).ToList();

        codes.Count.ShouldBeGreaterThan(10);
        codes.Where(code => !worded.Contains("Fault_" + code)).ShouldBeEmpty();
    }

    [Fact]
    public void Choices_OfTheDomain_AreAllWorded()
    {
        var worded = Read(typeof(KeysTexts), CultureInfo.InvariantCulture).Keys;
        string[] asked =
        [
            .. Enum.GetNames<SalesOs.Dashboard.ApiKeys.KeyStatus>().Select(n => "Status_" + n),
            .. Enum.GetNames<SalesOs.Dashboard.ApiKeys.KeyEnvironment>().SelectMany(n => new[] { "Environment_" + n, "EnvironmentHint_" + n }),
            .. Enum.GetNames<SalesOs.Dashboard.ApiKeys.KeySort>().Select(n => "Sort_" + n),
            .. Enum.GetNames<SalesOs.Dashboard.Answers.ErrorReason>().Where(n => n != "Invalid").Select(n => "Error_" + n),
            .. Enum.GetNames<SalesOs.Dashboard.Components.Keys.Create.ExpiryChoice>().Select(n => "Expiry_" + n),
            .. SalesOs.Dashboard.ApiKeys.Scopes.All.Select(s => "Scope_" + s.Replace(':', '_')),
        ];

        asked.Where(key => !worded.Contains(key)).ShouldBeEmpty();
    }

    [Fact]
    public void AuditActions_AreAllWorded()
    {
        var worded = Read(typeof(AuditTexts), CultureInfo.InvariantCulture).Keys;

        AuditActions.All.Select(AuditWords.KeyOf).Where(key => !worded.Contains(key)).ShouldBeEmpty();
    }

    [Fact]
    public void DetailFields_OfTheAuditLog_AreAllWorded()
    {
        // The entries of Hosting are in the platform's log, which no page shows.
        var others = Rooms.Alternatives.Split('|').Except(["Audit", "ApiKeys", "Api", "Components", "Hosting"], StringComparer.Ordinal)
            .SelectMany(room => Sources(room, "*.cs")).Where(source => WritesEntries().IsMatch(source));
        var fields = Sources("Audit", "*.cs").Concat(Sources("ApiKeys", "*.cs")).Concat(others)
            .SelectMany(source => Detailed().Matches(source).Select(m => m.Groups["field"].Value)).Distinct(StringComparer.Ordinal).ToList();

        fields.ShouldContain(field => field == "url_digest", "of Notices");
        fields.Count.ShouldBeGreaterThan(60);
        // What was changed is shown beside what it was, under no name of its own. The others are what a notice tells.
        Unworded<AuditTexts>(fields.Except(["after", "webhook_id", "url", "why"], StringComparer.Ordinal).Select(field => "Field_" + field)).ShouldBeEmpty();
    }

    [Fact]
    public void NoticeEvents_OnTheirPage_AreAllWorded() =>
        Unworded<NoticesTexts>(NoticeEvents.All.Select(what => "Event_" + what).Concat(NoticeEvents.Choices.Select(what => "EventWhen_" + what))).ShouldBeEmpty();

    [Fact]
    public void RulesOfAPolicy_WhereverTheyAreNamed_AreAllWorded()
    {
        var names = KeyPolicy.Rules.Select(KeyPolicy.NameOf).ToList();

        Unworded<PolicyTexts>(KeyPolicy.Rules.SelectMany(rule => new[] { "Rule_" + rule, "RuleHint_" + rule, "Note_" + rule })).ShouldBeEmpty();
        Unworded<PolicyTexts>(KeyPolicy.Rules.Where(rule => KeyPolicy.MostOf(rule) is not null).Select(rule => "Bound_" + rule)).ShouldBeEmpty();
        Unworded<KeysTexts>(names.Select(name => "Fault_policy_" + name)).ShouldBeEmpty();
        Unworded<AuditTexts>(names.Select(name => "Field_" + name)).ShouldBeEmpty();
        Unworded<SentTexts>(names.Select(name => "Rule_" + name)).ShouldBeEmpty();
        KeyPolicy.Rules.Select(rule => KeyProblems.FaultOf(new PolicyBreach(rule, PolicyDemand.Off).ToFault()).Message).Distinct(StringComparer.Ordinal).Count().ShouldBe(names.Count, "a code without words throws");
    }

    [Fact]
    public void Portuguese_SaysOneWordForOneThing()
    {
        var glossary = File.ReadAllLines(Path.Combine(Repository.Top, "SalesOs.Dashboard", "Components", "Language", "glossary.pt-BR.md"))
            .Where(line => line.StartsWith("| ", StringComparison.Ordinal)).Skip(2).Select(line => line.Split('|')).ToList();
        var texts = Resources.SelectMany(row => Read(row.Data, CultureInfo.GetCultureInfo("pt-BR")).Select(text => ($"{row.Data.Name}.{text.Key}", Text: Placeholder().Replace(text.Value, "")))).ToList();

        glossary.Count.ShouldBeGreaterThan(20);
        glossary.SelectMany(row => row[3].Split(',', StringSplitOptions.TrimEntries).SelectMany(not => texts.Where(text => Says(text.Text, not)).Select(text => $"{text.Item1} says \"{not}\", not \"{row[2].Trim()}\"")))
            .ShouldBeEmpty();

        static bool Says(string text, string not) => Regex.IsMatch(text, $@"(?<!\w)({Regex.Escape(not)}|{Regex.Escape(char.ToUpperInvariant(not[0]) + not[1..])})(?!\w)", RegexOptions.None, TimeSpan.FromSeconds(1));
    }

    /// <summary>A page that is drawn in a circuit shows it as it stands there.</summary>
    [Fact]
    public void Components_HoldNoCharacterReference() => Sources("Components", "*.razor").Where(source => source.Contains("&#", StringComparison.Ordinal)).ShouldBeEmpty();

    private static List<string> Unworded<TTexts>(IEnumerable<string> keys) => [.. keys.Except(Read(typeof(TTexts), CultureInfo.InvariantCulture).Keys, StringComparer.Ordinal)];

    private static Dictionary<string, string> Read(Type texts, CultureInfo culture)
    {
        var set = new ResourceManager(texts).GetResourceSet(culture, createIfNotExists: true, tryParents: false).ShouldNotBeNull();
        return set.Cast<DictionaryEntry>().ToDictionary(e => (string)e.Key, e => (string)e.Value!, StringComparer.Ordinal);
    }

    private static IEnumerable<string> Sources(string room, string pattern, [CallerFilePath] string here = "")
    {
        var root = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "..", "SalesOs.Dashboard", room));
        return Directory.EnumerateFiles(root, pattern, SearchOption.AllDirectories).Select(File.ReadAllText);
    }

    [GeneratedRegex(@"\{[a-z]+(, plural,)?", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Placeholder();

    [GeneratedRegex(@"Words<(\w+\.)*(?<texts>\w+)> (?<name>\w+)", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Declared();

    [GeneratedRegex("""(?<name>\w+)\["(?<key>[A-Za-z_]+)"[\],]""", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Asked();

    [GeneratedRegex(@"(new RuleFault\(""[a-z_]+"", |WithErrorCode\(|AreNone\(""[a-z_]+"", )""(?<code>[a-z_]+)""", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Coded();

    /// <summary>An entry, or the detail of one that is written elsewhere.</summary>
    [GeneratedRegex(@"AuditEvent\(|JsonObject Detail\b", RegexOptions.NonBacktracking)]
    private static partial Regex WritesEntries();

    [GeneratedRegex("""\["(?<field>[a-z_0-9]+)"\] =""", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Detailed();
}
