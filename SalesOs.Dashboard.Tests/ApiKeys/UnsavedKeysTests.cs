using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys;

namespace SalesOs.Dashboard.Tests.ApiKeys;

/// <summary>Guarantee N8: whoever made a key whose values nobody saved is told so, also after a restart; and a program that is about to stop makes no such key.</summary>
public class UnsavedKeysTests : IAsyncLifetime
{
    private readonly string directory = Directory.CreateTempSubdirectory("salesos-").FullName;
    private readonly Caller colleague = KeyHouse.Admin() with { Subject = "subject-of-a-colleague", Name = "colleague", Email = "colleague@example.test" };
    private KeyHouse house = null!;

    private KeyReveals Reveals => house.Get<KeyReveals>();

    public async ValueTask InitializeAsync() => house = await KeyHouse.OpenAsync(directory);

    public async ValueTask DisposeAsync()
    {
        await house.DisposeAsync();
        Directory.Delete(directory, recursive: true);
    }

    [Fact]
    public async Task Restart_BeforeTheValuesWereSaved_IsToldToTheirMaker()
    {
        var key = await CreateAsync();
        (await OwnAsync()).ShouldBeEmpty("they wait to be shown");

        await RestartAsync();

        (await OwnAsync()).ShouldBe([key]);
        (await Reveals.UnsavedAsync(key, KeyHouse.Admin())).Value!.ShouldHaveSingleItem().IsOwn.ShouldBeTrue();
    }

    [Fact]
    public async Task Restart_OfASuccessorsReveal_IsToldAsOfANewKey()
    {
        var key = await CreateAsync();
        await Reveals.AcknowledgeAsync(key, KeyHouse.Admin());
        var successor = (await Reveals.RotateAsync(key, KeyHouse.Admin())).Value!.Id;

        await RestartAsync();

        (await OwnAsync()).ShouldBe([successor]);
    }

    [Fact]
    public async Task Restart_AfterTheValuesWereSavedOrHandedOver_TellsNothing()
    {
        await Reveals.AcknowledgeAsync(await CreateAsync(), KeyHouse.Admin());
        await house.MakeAsync();

        await RestartAsync();

        (await OwnAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task TenMinutes_WithoutAWord_AreToldToo()
    {
        var key = await CreateAsync();

        house.Clock.Advance(PendingReveals.Kept);

        (await OwnAsync()).ShouldBe([key]);
    }

    [Fact]
    public async Task Unsaved_SeenByOthers_IsAFactOfThatKeyAlone()
    {
        var key = await CreateAsync();
        await RestartAsync();

        (await OwnAsync(colleague)).ShouldBeEmpty();
        foreach (var other in (Caller[])[colleague, KeyHouse.Auditor()])
        {
            (await Reveals.UnsavedAsync(key, other)).Value!.ShouldHaveSingleItem().IsOwn.ShouldBeFalse();
        }

        (await Reveals.UnsavedAsync(key, KeyHouse.Admin(KeyHouse.Beta))).Value.ShouldBeEmpty();
        (await Reveals.UnsavedAsync(KeyHouse.Auditor())).Error!.Reason.ShouldBe(ErrorReason.MissingCapability);
        (await Reveals.UnsavedAsync(key, KeyHouse.Manager())).Error!.Reason.ShouldBe(ErrorReason.MissingCapability);
    }

    [Fact]
    public async Task Acknowledged_AfterTheRestart_IsOverAndOnRecordForTheMakerAlone()
    {
        var key = await CreateAsync();
        await RestartAsync();

        (await Reveals.AcknowledgeAsync(key, colleague)).ShouldBeFalse();
        (await OwnAsync()).ShouldBe([key]);
        (await Reveals.AcknowledgeAsync(key, KeyHouse.Admin())).ShouldBeTrue();

        (await OwnAsync()).ShouldBeEmpty();
        (await Reveals.AcknowledgeAsync(key, KeyHouse.Admin())).ShouldBeFalse("it is said once");
    }

    [Fact]
    public async Task Rotated_RevokedOrDeleted_IsNotToldAnyMore()
    {
        var rotated = await CreateAsync();
        var revoked = await CreateAsync();
        var deleted = await CreateAsync();
        await RestartAsync();
        (await OwnAsync()).Count.ShouldBe(3);

        await Reveals.RotateAsync(rotated, KeyHouse.Admin());
        await house.Keys.RevokeAsync(revoked, reason: null, KeyHouse.Admin());
        await house.Keys.DeleteAsync(deleted, KeyHouse.Admin());

        (await OwnAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Stopping_MakesNoKeyButDoesAllElse()
    {
        var key = await CreateAsync();
        house.Get<Stopping>().Tell();

        (await Reveals.CreateAsync(new NewKey("late"), KeyHouse.Admin())).Error!.Reason.ShouldBe(ErrorReason.Stopping);
        (await Reveals.RotateAsync(key, KeyHouse.Admin())).Error!.Reason.ShouldBe(ErrorReason.Stopping);
        (await house.Keys.CreateAsync(new NewKey("late"), KeyHouse.Admin())).Error!.Reason.ShouldBe(ErrorReason.Stopping);
        (await house.Keys.RotateAsync(key, KeyHouse.Admin())).Error!.Reason.ShouldBe(ErrorReason.Stopping);

        (await house.Keys.ListAsync(new KeyQuery(), KeyHouse.Admin())).Value!.Total.ShouldBe(1);
        (await Reveals.ShowAsync(key, KeyHouse.Admin())).Done.ShouldBeTrue();
        (await Reveals.AcknowledgeAsync(key, KeyHouse.Admin())).ShouldBeTrue();
        (await house.Keys.EditAsync(key, new KeyEdit { Name = "named anew" }, ifVersion: null, KeyHouse.Admin())).Done.ShouldBeTrue();
        (await house.Keys.RevokeAsync(key, reason: null, KeyHouse.Admin())).Done.ShouldBeTrue();
    }

    private async Task<Guid> CreateAsync() => (await Reveals.CreateAsync(new NewKey("CRM sync"), KeyHouse.Admin())).Value.ShouldNotBeNull().Id;

    private async Task<IReadOnlyList<Guid>> OwnAsync(Caller? caller = null) => [.. (await Reveals.UnsavedAsync(caller ?? KeyHouse.Admin())).Value!.Select(u => u.Key.Id)];

    private async Task RestartAsync()
    {
        await house.DisposeAsync();
        house = await KeyHouse.OpenAsync(directory);
    }
}
