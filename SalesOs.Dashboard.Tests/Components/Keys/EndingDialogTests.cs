using Bunit;
using MudBlazor;
using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Components.Keys.Delete;
using SalesOs.Dashboard.Components.Keys.Revoke;
using SalesOs.Dashboard.Usage;

namespace SalesOs.Dashboard.Tests.Components.Keys;

public class EndingDialogTests : ComponentHouse
{
    private readonly List<string?> revoked = [];
    private int deleted;
    private Error? answer;

    [Fact]
    public async Task Revoke_WithoutAReason_TakesOneClick()
    {
        var dialog = await OpenRevokeAsync();

        await dialog.Find(".mud-button-filled-error").ClickAsync(new());

        revoked.ShouldBe([null]);
        dialog.FindAll(".subject").ShouldBeEmpty();
    }

    [Fact]
    public async Task Revoke_ForAKnownReason_KeepsItsWord()
    {
        var dialog = await OpenRevokeAsync();
        await dialog.FindAll("input[name=reason]")[0].ChangeAsync("on");

        await dialog.Find(".mud-button-filled-error").ClickAsync(new());

        revoked.ShouldBe(["leaked"]);
    }

    [Fact]
    public async Task Revoke_ForAnotherReason_KeepsTheText()
    {
        var dialog = await OpenRevokeAsync();
        await dialog.FindAll("input[name=reason]")[3].ChangeAsync("on");
        await dialog.Find("#revoke-reason").InputAsync(" Laptop stolen ");

        await dialog.Find(".mud-button-filled-error").ClickAsync(new());

        revoked.ShouldBe(["Laptop stolen"]);
    }

    [Fact]
    public async Task Revoke_OfAUsedKey_SaysHowMuchWhenAndFromWhere() =>
        (await OpenRevokeAsync(usage: 1)).Find(".facts").TextContent.Trim().ShouldBe("1 request so far, the latest 3 minutes ago from 203.0.113.7.");

    [Fact]
    public async Task Revoke_WithFacts_SaysWhatWillStopOnceItIsKnown()
    {
        var facts = new TaskCompletionSource<StopFacts?>();
        var dialog = await ShowAsync(new DialogParameters<RevokeKeyDialog> { { d => d.Key, Key(usage: 5) }, { d => d.Facts, () => facts.Task }, { d => d.Revoke, _ => Task.FromResult<Error?>(null) } });
        dialog.Find(".facts").GetAttribute("aria-busy").ShouldBe("true");

        await dialog.InvokeAsync(() => facts.SetResult(new StopFacts(1, 1234, 2, new LatestCall("CRM sync", Clock.GetUtcNow().AddMinutes(-3), "203.0.113.7", "erp/2"), IsWhole: true)));

        var said = string.Join(' ', dialog.Find(".facts").TextContent.Split([' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries));
        said.ShouldBe("1,234 requests in the last 24 hours, from 2 addresses. The latest call: 3 minutes ago from 203.0.113.7 erp/2");
    }

    [Fact]
    public async Task Revoke_FactsThatCannotBeHad_HoldNobodyUp()
    {
        var dialog = await ShowAsync(new DialogParameters<RevokeKeyDialog>
        {
            { d => d.Key, Key() },
            { d => d.Facts, () => Task.FromResult<StopFacts?>(null) },
            { d => d.Revoke, reason =>
                {
                    revoked.Add(reason);
                    return Task.FromResult<Error?>(null);
                }
            },
        });

        await dialog.Find(".mud-button-filled-error").ClickAsync(new());

        revoked.ShouldBe([null]);
    }

    [Fact]
    public async Task Revoke_RecordedButNotProven_SaysSoAndWaitsOnUntilItIs()
    {
        var answers = new[] { new TaskCompletionSource<Error?>(), new TaskCompletionSource<Error?>(), new TaskCompletionSource<Error?>() };
        var asked = 0;
        var dialog = await ShowAsync(new DialogParameters<RevokeKeyDialog> { { d => d.Key, Key() }, { d => d.Revoke, _ => answers[asked++].Task } });
        var clicked = dialog.Find(".mud-button-filled-error").ClickAsync(new());

        await dialog.InvokeAsync(() => answers[0].SetResult(new Error(ErrorReason.NotProven)));
        dialog.WaitForAssertion(() => dialog.Find(".refused").TextContent.ShouldContain("recorded"));
        await dialog.InvokeAsync(() => answers[1].SetResult(new Error(ErrorReason.NotProven)));
        dialog.Find(".mud-button-filled-error").HasAttribute("disabled").ShouldBeTrue();
        await dialog.InvokeAsync(() => answers[2].SetResult(null));
        await clicked;

        asked.ShouldBe(3);
        dialog.FindAll(".subject").ShouldBeEmpty();
    }

    [Fact]
    public async Task Delete_NotProvenAndThenGone_IsDone()
    {
        var answers = new Queue<Error?>([new Error(ErrorReason.NotProven), new Error(ErrorReason.NotFound)]);
        var dialog = await ShowAsync(new DialogParameters<DeleteKeyDialog> { { d => d.Key, Key() }, { d => d.Delete, () => Task.FromResult(answers.Dequeue()) } });
        await dialog.Find("#delete-name").InputAsync("CRM sync");

        await dialog.Find("form").SubmitAsync();

        dialog.FindAll(".subject").ShouldBeEmpty();
        answers.ShouldBeEmpty();
    }

    [Fact]
    public async Task Revoke_Refused_StaysOpenAndSaysWhy()
    {
        answer = Error.Missing(Capabilities.AdminIntegrations);
        var dialog = await OpenRevokeAsync();

        await dialog.Find(".mud-button-filled-error").ClickAsync(new());

        dialog.Find(".refused").TextContent.ShouldContain("admin.integrations");
    }

    [Theory]
    [InlineData("crm sync", false)]
    [InlineData("CRM", false)]
    [InlineData(" CRM sync ", true)]
    [InlineData("CRM\u00A0 sync", true)]
    public async Task Delete_OnlyTheKeysOwnName_Confirms(string typed, bool confirms)
    {
        var dialog = await OpenDeleteAsync(KeyStatus.Active);
        await dialog.Find("#delete-name").InputAsync(typed);

        dialog.Find(".mud-button-filled-error").HasAttribute("disabled").ShouldBe(!confirms);
        await dialog.Find("form").SubmitAsync();

        deleted.ShouldBe(confirms ? 1 : 0);
    }

    [Theory]
    [InlineData("CRM  sync", "CRM sync", true)]
    [InlineData("Jose\u0301\u200B", "José", true)]
    [InlineData("\u200B", "", false)]
    [InlineData("\u200B", "sk_live_a1b2c3d4", true)]
    public async Task Delete_NameAsItIsSeen_Confirms(string name, string typed, bool confirms)
    {
        var key = Key(name);
        var dialog = await ShowAsync(new DialogParameters<DeleteKeyDialog> { { d => d.Key, key }, { d => d.Delete, () => Task.FromResult(answer) } });
        await dialog.Find("#delete-name").InputAsync(typed == "sk_live_a1b2c3d4" ? key.KeyPrefix : typed);

        dialog.Find(".mud-button-filled-error").HasAttribute("disabled").ShouldBe(!confirms);
    }

    [Theory]
    [InlineData(KeyStatus.Active, 1)]
    [InlineData(KeyStatus.Revoked, 0)]
    public async Task Delete_OfAnActiveKey_SaysThatItStops(KeyStatus status, int said) =>
        (await OpenDeleteAsync(status)).FindAll(".facts").Count.ShouldBe(said);

    [Fact]
    public async Task Revoke_ThatBreaks_StaysOpenAndCanBeTriedAgain()
    {
        var broken = true;
        var dialog = await ShowAsync(new DialogParameters<RevokeKeyDialog> { { d => d.Key, Key() }, { d => d.Revoke, _ => broken ? throw new InvalidOperationException("gone") : Task.FromResult(answer) } });
        await dialog.Find(".mud-button-filled-error").ClickAsync(new());
        dialog.Find(".refused").TextContent.ShouldBe("This could not be completed. Try again in a moment.");

        broken = false;
        await dialog.Find(".mud-button-filled-error").ClickAsync(new());

        dialog.FindAll(".subject").ShouldBeEmpty();
    }

    [Fact]
    public async Task Delete_SentTwiceWhileBusy_ActsOnce()
    {
        var done = new TaskCompletionSource<Error?>();
        var dialog = await ShowAsync(new DialogParameters<DeleteKeyDialog>
        {
            { d => d.Key, Key() },
            { d => d.Delete, () =>
                {
                    deleted++;
                    return done.Task;
                }
            },
        });
        await dialog.Find("#delete-name").InputAsync("CRM sync");
        var first = dialog.Find("form").SubmitAsync();
        var second = dialog.Find("form").SubmitAsync();

        await dialog.InvokeAsync(() => done.SetResult(null));
        await first;
        await second;

        deleted.ShouldBe(1);
    }

    private Task<IRenderedComponent<MudDialogProvider>> OpenRevokeAsync(long usage = 0) => ShowAsync(new DialogParameters<RevokeKeyDialog>
    {
        { d => d.Key, Key(usage: usage) },
        { d => d.Revoke, reason =>
            {
                revoked.Add(reason);
                return Task.FromResult(answer);
            }
        },
    });

    private Task<IRenderedComponent<MudDialogProvider>> OpenDeleteAsync(KeyStatus status) => ShowAsync(new DialogParameters<DeleteKeyDialog>
    {
        { d => d.Key, Key(status: status) },
        { d => d.Delete, () =>
            {
                deleted++;
                return Task.FromResult(answer);
            }
        },
    });
}
