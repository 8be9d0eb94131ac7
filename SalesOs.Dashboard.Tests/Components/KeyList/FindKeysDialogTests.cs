using Bunit;
using MudBlazor;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Components.KeyList.Find;

namespace SalesOs.Dashboard.Tests.Components.KeyList;

public class FindKeysDialogTests : ComponentHouse
{
    private readonly List<string> asked = [];
    private readonly List<string> revoked = [];
    private readonly List<FoundKey> known = [];

    [Fact]
    public async Task Found_SeveralKeys_AreRevokedOneByOneOrAllAtOnce()
    {
        known.AddRange([new FoundKey("sk_one", Key("CRM")), new FoundKey("sk_two", Key("ERP")), new FoundKey("sk_old", Key("old", KeyStatus.Revoked))]);
        var dialog = await OpenAsync(canRevoke: true);

        await FindAsync(dialog, secret: false, "sk_one", "sk_two", "sk_old", "sk_foreign");

        dialog.Find(".results").TextContent.Trim().ShouldBe("3 of your keys are in this text. 1 more API key is not your organization’s, or was deleted.");
        dialog.FindAll("li button").Select(b => b.GetAttribute("aria-label")).ShouldBe(["Revoke as leaked: CRM", "Revoke as leaked: ERP"]);
        await dialog.FindAll("li button")[1].ClickAsync(new());
        revoked.ShouldBe(["ERP"]);
        await dialog.FindAll(".mud-dialog-actions button")[1].ClickAsync(new());
        revoked.ShouldBe(["ERP", "CRM", "ERP"]);
    }

    [Fact]
    public async Task Found_ASecretAndNoKey_AsksForTheKeyBesideIt()
    {
        var dialog = await OpenAsync(canRevoke: true);

        await FindAsync(dialog, secret: true);

        dialog.Find("[role=alert]").TextContent.ShouldContain("Paste the API key that stands beside it");
        asked.ShouldBeEmpty();
    }

    [Fact]
    public async Task Found_ASecretAndItsKey_SaysToRevokeThatKey()
    {
        known.Add(new FoundKey("sk_one", Key("CRM")));
        var dialog = await OpenAsync(canRevoke: true);

        await FindAsync(dialog, secret: true, "sk_one");

        dialog.Find("[role=alert]").TextContent.ShouldContain("Revoke the key that it belongs to");
    }

    [Fact]
    public async Task Found_ByAnAuditor_CanNotBeRevoked()
    {
        known.AddRange([new FoundKey("sk_one", Key("CRM")), new FoundKey("sk_two", Key("ERP"))]);
        var dialog = await OpenAsync(canRevoke: false);

        await FindAsync(dialog, secret: false, "sk_one", "sk_two");

        dialog.FindAll("li a").Count.ShouldBe(2);
        dialog.FindAll(".mud-button-filled-error").ShouldBeEmpty();
    }

    private static Task FindAsync(IRenderedComponent<MudDialogProvider> dialog, bool secret, params string[] keys) =>
        dialog.InvokeAsync(() => dialog.FindComponent<FindKeysDialog>().Instance.FoundAsync(keys, secret));

    private Task<IRenderedComponent<MudDialogProvider>> OpenAsync(bool canRevoke) => ShowAsync(new DialogParameters<FindKeysDialog>
    {
        { d => d.CanRevoke, canRevoke },
        { d => d.Find, keys =>
            {
                asked.AddRange(keys);
                return Task.FromResult<FoundKeys?>(new FoundKeys(known, keys.Count - known.Count));
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
