using Bunit;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.Components.KeyList.Find;
using SalesOs.Dashboard.Usage;

namespace SalesOs.Dashboard.Tests.Components.KeyList;

public class FindKeysDialogTests : ComponentHouse
{
    private readonly List<string> asked = [];
    private readonly List<string> revoked = [];
    private readonly List<FoundKey> known = [];
    private readonly Dictionary<Guid, KeyStop> stops = [];
    private Func<IReadOnlyCollection<string>, Task<FoundKeys?>>? find;

    public FindKeysDialogTests() => Services.AddScoped<StopReport>();

    [Fact]
    public async Task Found_ARevokedKey_TellsWhatIsOnRecordAndCopiesIt()
    {
        var at = Clock.GetUtcNow();
        var key = Key("CRM", KeyStatus.Revoked, usage: 3) with { RevokedAt = at, RevokedBy = "ana@acme.test", RevokeReason = "leaked" };
        known.Add(new FoundKey("sk_one", key));
        stops[key.Id] = new KeyStop(
            new AuditEntryView(57, Guid.Empty, at, "key.revoked", "ok", null, "ana@acme.test", null, null, key.Id, null, null, new string('0', 64), new string('a', 64)),
            [new CallerView("203.0.113.7", "curl", at, at, 2), new CallerView("198.51.100.2", "curl", at, at, 1)]);
        var dialog = await OpenAsync(canRevoke: true);
        await FindAsync(dialog, new ScannedText(["sk_one"]));

        var record = dialog.Find("li .record");
        record.TextContent.ShouldContain("Revoked by ana@acme.test");
        record.TextContent.ShouldContain("Last used from 203.0.113.7");
        record.QuerySelector("a")!.TextContent.ShouldBe("Audit entry 57");
        record.QuerySelector("a")!.GetAttribute("href").ShouldBe($"/integrations/audit?key={key.Id}&action=key.revoked");
        await dialog.FindAll(".mud-dialog-actions button").Single(b => b.TextContent.Contains("Copy report", StringComparison.Ordinal)).ClickAsync(new());

        JSInterop.Invocations["dashboard.copy"].ShouldHaveSingleItem().Arguments.ShouldBe([$"""
            Revoked API keys, as of 2026-11-22 12:00:00 UTC

            Name: CRM
            API key: sk_live_a1b2c3d4…o5p6
            Environment: Live
            Revoked on: 2026-11-22 12:00:00 UTC
            Revoked by: ana@acme.test
            Reason: It leaked, or may have
            Last used: 2026-11-22 11:57:00 UTC, 203.0.113.7
            Used from: 203.0.113.7, 198.51.100.2
            Audit entry: 57
            Hash of the entry: {new string('a', 64)}

            """.ReplaceLineEndings("\n")]);
    }

    [Fact]
    public async Task Found_OfATextThatAnotherHasReplaced_IsNeverOfferedToBeRevoked()
    {
        known.Add(new FoundKey("sk_one", Key("CRM")));
        var dialog = await OpenAsync(canRevoke: true);
        await FindAsync(dialog, new ScannedText(["sk_one"]));
        Offered().ShouldBe(["Revoke as leaked: CRM"]);
        var (slow, quick) = (new TaskCompletionSource<FoundKeys?>(), new TaskCompletionSource<FoundKeys?>());
        find = keys => keys.Contains("sk_two", StringComparer.Ordinal) ? slow.Task : quick.Task;

        var second = FindAsync(dialog, new ScannedText(["sk_two"]));
        Offered().ShouldBeEmpty();
        var third = FindAsync(dialog, new ScannedText(["sk_three"]));
        quick.SetResult(new FoundKeys([new FoundKey("sk_three", Key("Data lake"))], 0, stops));
        await third;
        slow.SetResult(new FoundKeys([new FoundKey("sk_two", Key("ERP"))], 0, stops));
        await second;

        Offered().ShouldBe(["Revoke as leaked: Data lake"]);

        IEnumerable<string?> Offered() => dialog.FindAll("li button").Select(b => b.GetAttribute("aria-label"));
    }

    [Fact]
    public async Task Found_SeveralKeys_AreRevokedOneByOneOrAllAtOnce()
    {
        known.AddRange([new FoundKey("sk_one", Key("CRM")), new FoundKey("sk_two", Key("ERP")), new FoundKey("sk_old", Key("old", KeyStatus.Revoked))]);
        var dialog = await OpenAsync(canRevoke: true);

        await FindAsync(dialog, new ScannedText(["sk_one", "sk_two", "sk_old", "sk_foreign"]));

        Results(dialog).ShouldBe(["3 of your keys are in this text.", "1 key in it is not one of your organization’s, or was deleted."]);
        dialog.FindAll("li button").Select(b => b.GetAttribute("aria-label")).ShouldBe(["Revoke as leaked: CRM", "Revoke as leaked: ERP"]);
        await dialog.FindAll("li button")[1].ClickAsync(new());
        revoked.ShouldBe(["ERP"]);
        await dialog.FindAll(".mud-dialog-actions .mud-button-filled-error")[0].ClickAsync(new());
        revoked.ShouldBe(["ERP", "CRM", "ERP"]);
    }

    [Theory]
    [InlineData("en", 1, 0, "1 key in it is not one of your organization’s, or was deleted.")]
    [InlineData("en", 2, 0, "2 keys in it are none of your organization’s, or were deleted.")]
    [InlineData("pt-BR", 1, 0, "1 chave nele não é da sua organização ou foi excluída.")]
    [InlineData("pt-BR", 2, 0, "2 chaves nele não são da sua organização ou foram excluídas.")]
    [InlineData("en", 0, 1, "1 key in it is not whole: its last characters don’t fit the rest. Copy it again.")]
    [InlineData("en", 0, 0, "2 more keys in it were not looked up. Paste the rest of the text by itself.", 2)]
    [InlineData("pt-BR", 0, 0, "Outra chave do texto não foi pesquisada. Cole-a separadamente.", 1)]
    public async Task Found_OnlyKeysThatAreNotOurs_SaysSo(string language, int foreign, int damaged, string said, int more = 0)
    {
        Speak(language);
        var dialog = await OpenAsync(canRevoke: true);

        await FindAsync(dialog, new ScannedText([.. Enumerable.Range(0, foreign).Select(i => $"sk_{i}")], Damaged: damaged, Secret: more > 0, More: more));

        Results(dialog).ShouldBe([said]);
    }

    [Fact]
    public async Task Found_ASecretAndNoKey_AsksForTheKeyBesideItAndLeadsToThoseOfItsEnvironment()
    {
        var dialog = await OpenAsync(canRevoke: true);

        await FindAsync(dialog, new ScannedText([], Secret: true, Environments: ["test"]));

        dialog.Find("[role=alert]").TextContent.ShouldContain("Paste the API key that stands beside it");
        dialog.Find("[role=alert]").TextContent.ShouldContain("It is a secret of the test environment.");
        dialog.Find("[role=alert] a").GetAttribute("href").ShouldBe("/integrations/api-keys?status=active&environment=test&sort=-last_used_at");
        Results(dialog).ShouldBeEmpty();
        asked.ShouldBeEmpty();
    }

    [Fact]
    public async Task Found_ASecretAndItsKey_SaysToRevokeThatKey()
    {
        known.Add(new FoundKey("sk_one", Key("CRM")));
        var dialog = await OpenAsync(canRevoke: true);

        await FindAsync(dialog, new ScannedText(["sk_one"], Secret: true));

        dialog.Find("[role=alert]").TextContent.ShouldContain("Revoke the key that it belongs to");
    }

    [Fact]
    public async Task Found_ByAnAuditor_CanNotBeRevoked()
    {
        known.AddRange([new FoundKey("sk_one", Key("CRM")), new FoundKey("sk_two", Key("ERP"))]);
        var dialog = await OpenAsync(canRevoke: false);

        await FindAsync(dialog, new ScannedText(["sk_one", "sk_two"]));

        dialog.FindAll("li a").Count.ShouldBe(2);
        dialog.FindAll(".mud-button-filled-error").ShouldBeEmpty();
    }

    private static IEnumerable<string> Results(IRenderedComponent<MudDialogProvider> dialog) => dialog.FindAll(".results p").Select(p => p.TextContent);

    private static Task FindAsync(IRenderedComponent<MudDialogProvider> dialog, ScannedText scanned) =>
        dialog.InvokeAsync(() => dialog.FindComponent<FindKeysDialog>().Instance.FoundAsync(scanned));

    private Task<IRenderedComponent<MudDialogProvider>> OpenAsync(bool canRevoke) => ShowAsync(new DialogParameters<FindKeysDialog>
    {
        { d => d.CanRevoke, canRevoke },
        { d => d.LookUp, _ => Task.FromResult<SecretsLookedUp?>(null) },
        { d => d.Find, keys =>
            {
                asked.AddRange(keys);
                return find is not null ? find(keys) : Task.FromResult<FoundKeys?>(new FoundKeys(known, keys.Count - known.Count, stops));
            }
        },
        { d => d.Revoke, keys =>
            {
                revoked.AddRange(keys.Select(k => k.Name));
                return Task.FromResult<Error?>(null);
            }
        },
    });
}
