using System.Text.RegularExpressions;
using Microsoft.Playwright;
using SalesOs.Dashboard.Tests.Hosting;

namespace SalesOs.Dashboard.Tests.Browser;

/// <summary>What people meet whose pages are open while the program is stopped and started again on the same data, as an update does.</summary>
[Trait("Speed", "Long")]
public sealed class RestartTests(Chromium chromium) : IDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("salesos-test-").FullName;

    public void Dispose() => Directory.Delete(directory, recursive: true);

    [Fact]
    public async Task Restart_WhileValuesAreOpen_IsToldBeforeAndAfterwardsWithWhatToDo()
    {
        // The built-in provider forgets its tokens, so it is not asked meanwhile.
        const string Unasked = "--Session:RecheckSeconds=3600";
        var (program, address) = await ProgramProcess.StartAsync(directory, Unasked);
        await using var first = program;
        await using var window = await chromium.NewWindowAsync(address);
        var admin = await Person.SignInAsync(window, "admin@acme.test");
        var late = await Person.OpenAsync(window, "/integrations/api-keys");
        await late.LiveAsync();
        // Chromium lets a page behind another one wait.
        await admin.Page.BringToFrontAsync();
        await admin.CreateKeyAsync("CRM sync");
        // It comes up in every page of its maker; another person's is free.
        await using var owners = await chromium.NewWindowAsync(address);
        var owner = await Person.SignInAsync(owners, "owner@acme.test");

        var exit = program.TerminateAsync();

        await Assertions.Expect(admin.Page.GetByRole(AriaRole.Alert)).ToHaveTextAsync("The server is restarting. Copy both values now.");
        await Assertions.Expect(owner.Page.GetByRole(AriaRole.Status).Filter(new() { HasText = "The server is restarting." })).ToBeVisibleAsync();
        await owner.MakeKeyAsync("too late");
        await Assertions.Expect(owner.Page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("The server is restarting, so no key was made.");
        await owner.Page.GetByLabel("Name", new() { Exact = true }).FillAsync("too late, so once more");
        await admin.Button("Copy API key secret").ClickAsync();
        await Assertions.Expect(admin.Page.GetByText("Copied: API key secret", new() { Exact = true })).ToBeVisibleAsync();
        (await exit).ShouldBe(0);
        program.Errors.ShouldBeEmpty();

        var (again, _) = await ProgramProcess.StartAsync(directory, $"--urls={address.GetLeftPart(UriPartial.Authority)}", Unasked);
        await using var second = again;
        // The open page comes back by itself, at its address, for the same person.
        await Assertions.Expect(Told(admin)).ToContainTextAsync("They can’t be shown again.", new() { Timeout = 60_000 });
        await admin.LiveAsync();
        await admin.ShouldBeAccessibleAsync("the list tells of a key that nobody saved");
        await admin.Row("CRM sync").GetByRole(AriaRole.Link).ClickAsync();
        await admin.ArriveAsync("/integrations/api-keys/[0-9a-f-]{36}");
        await admin.Page.GetByRole(AriaRole.Heading, new() { Name = "CRM sync", Exact = true, Level = 1 }).WaitForAsync();
        await Assertions.Expect(Told(admin)).ToBeVisibleAsync();
        await admin.ShouldBeAccessibleAsync("the key's page tells of it");

        await owner.LiveAsync();
        await Assertions.Expect(owner.Page.GetByLabel("Name", new() { Exact = true })).ToHaveValueAsync("too late, so once more");
        await owner.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Create API key" }).ClickAsync();
        await owner.SaveAsync();

        await using var others = await chromium.NewWindowAsync(address);
        var colleague = await Person.SignInAsync(others, "owner@acme.test");
        await Assertions.Expect(colleague.Row("CRM sync")).ToBeVisibleAsync();
        await Assertions.Expect(colleague.Page.GetByText("were saved")).ToHaveCountAsync(0);
        await colleague.Row("CRM sync").GetByRole(AriaRole.Link).ClickAsync();
        await Assertions.Expect(colleague.Page.GetByText("admin@acme.test has not said that the values of this key were saved")).ToBeVisibleAsync();

        await admin.Page.GotoAsync("/integrations/api-keys");
        await admin.LiveAsync();
        await Told(admin).GetByRole(AriaRole.Button, new() { Name = "Rotate" }).ClickAsync();
        await admin.RevealedAsync();
        await admin.SaveAsync();
        await Assertions.Expect(Told(admin)).ToHaveCountAsync(0);
        await admin.Page.ReloadAsync();
        await admin.LiveAsync();
        await Assertions.Expect(Told(admin)).ToHaveCountAsync(0);
        admin.Troubles.ShouldAllBe(trouble => Regex.IsMatch(trouble, "onnection|WebSocket", RegexOptions.None, TimeSpan.FromSeconds(1)), "only of the line that was cut");
    }

    private static ILocator Told(Person person) => person.Page.GetByRole(AriaRole.Region, new() { Name = "Nobody has said that the values of CRM sync were saved" });
}
