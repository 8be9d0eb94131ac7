using Bunit;
using Microsoft.Extensions.DependencyInjection;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.ApiKeys.Policies;
using SalesOs.Dashboard.Components.Keys.Create;
using SalesOs.Dashboard.Components.Keys.Policies;
using SalesOs.Dashboard.Tests.ApiKeys;

namespace SalesOs.Dashboard.Tests.Components.Keys;

public class PolicyNoteTests : ComponentHouse
{
    [Fact]
    public async Task Dialog_UnderAPolicy_SaysEachRuleAtItsFieldAndWhetherTheFormBreaksIt()
    {
        Policy = KeyPolicy.None with
        {
            ScopesRequired = new PolicyDemand { Level = PolicyLevel.Require, From = Clock.GetUtcNow() },
            MaxRateLimit = new PolicyDemand { Level = PolicyLevel.Warn, Value = 1000 },
            SecondPerson = [SecondPersonAct.CreateUnrestricted],
        };
        var dialog = await ShowAsync<CreateKeyDialog>(new() { { d => d.Create, (_, _) => Task.FromResult<Error?>(null) } });

        dialog.FindAll(".policy").Select(note => note.TextContent.Trim()).ShouldBe(["Policy: at least one scope. Required.", "Policy: at most 1,000 requests an hour. Recommended: other keys are marked."]);
        dialog.FindAll(".policy.broken, .second").ShouldBeEmpty();
        foreach (var at in Enumerable.Range(0, Scopes.All.Count))
        {
            await dialog.FindAll(".scope input")[at].ChangeAsync(false);
        }

        dialog.Find(".policy.broken").TextContent.ShouldContain("Required: this would be refused.");
        dialog.Find(".second").TextContent.ShouldContain("Another person must approve this.");
        await dialog.Find("#key-rate").InputAsync("1,001");
        dialog.FindAll(".policy.broken").Count.ShouldBe(2);
        await dialog.Find("#key-approval").InputAsync(" partner asked ");
        Services.GetRequiredService<ShownPolicy>().Speaking(KeyHouse.Admin()).ApprovalReason.ShouldBe("partner asked");
    }

    [Fact]
    public async Task Dialog_WhosePolicyCantBeHad_GoesOnWithout()
    {
        Policy = null;
        var dialog = await ShowAsync<CreateKeyDialog>(new() { { d => d.Create, (_, _) => Task.FromResult<Error?>(null) } });

        dialog.FindAll(".policy, .second").ShouldBeEmpty();
        dialog.Find("#key-name").ShouldNotBeNull();
    }
}
