using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.Components.KeyDetail;
using SalesOs.Dashboard.Tests.ApiKeys;
using SalesOs.Dashboard.Tests.Usage;
using SalesOs.Dashboard.Usage;
using SalesOs.Dashboard.Usage.Revocations;
using SalesOs.Dashboard.Usage.Rotations;

namespace SalesOs.Dashboard.Tests.Components.KeyDetail;

public class KeyScreensTests
{
    [Fact]
    public async Task Screen_ForAnotherTenantOrWithoutTheCapability_IsRefused()
    {
        await using var house = await KeyHouse.OpenAsync();
        var key = await UsedKey.MakeAsync(house);

        (await LoadAsync(house, new KeyAddress(key.Id), KeyHouse.Admin(KeyHouse.Beta))).Error!.Reason.ShouldBe(ErrorReason.NotFound);
        (await LoadAsync(house, new KeyAddress(key.Id), KeyHouse.Manager())).Error!.Capability.ShouldBe(Capabilities.AuditIntegrations);
        (await LoadAsync(house, new KeyAddress(key.Id), KeyHouse.Auditor())).Done.ShouldBeTrue();
    }

    [Fact]
    public async Task Screen_WhenOnePartCannotBeLoaded_ShowsTheOthers()
    {
        await using var house = await KeyHouse.OpenAsync();
        var key = await UsedKey.MakeAsync(house);
        key.LetIn(3);
        await house.Get<UsageWriter>().FlushAsync();
        await using (var db = house.Database.Read(tenantId: null))
        {
            await db.Database.ExecuteSqlRawAsync("DROP TABLE key_callers");
        }

        var screen = (await LoadAsync(house, new KeyAddress(key.Id), KeyHouse.Auditor())).Value.ShouldNotBeNull();

        screen.Callers.Failed.ShouldBeTrue();
        screen.Usage.Value!.Report.Totals.LetIn.ShouldBe(3);
        screen.Usage.Value.Hour!.Limit.ShouldBe(1000);
        screen.Audit.Value!.Entries.ShouldHaveSingleItem().Action.ShouldBe(AuditActions.KeyCreated);
    }

    [Fact]
    public async Task Screen_OfAKeyRotatedTwice_HasAllThreeInOrder()
    {
        await using var house = await KeyHouse.OpenAsync();
        var first = await house.MakeAsync();
        var second = (await house.Keys.RotateAsync(first.Key.Id, KeyHouse.Admin())).Value!;
        var third = (await house.Keys.RotateAsync(second.Key.Id, KeyHouse.Admin())).Value!;

        (await LoadAsync(house, new KeyAddress(second.Key.Id), KeyHouse.Auditor())).Value!.Lanes.Select(l => l.Id).ShouldBe([first.Key.Id, second.Key.Id, third.Key.Id]);
        await house.Keys.DeleteAsync(first.Key.Id, KeyHouse.Admin());
        (await LoadAsync(house, new KeyAddress(second.Key.Id), KeyHouse.Auditor())).Value!.Lanes[0].Key.ShouldBeNull();
        (await LoadAsync(house, new KeyAddress(third.Key.Id), KeyHouse.Auditor())).Value!.Lanes.Select(l => l.Id).ShouldBe([second.Key.Id, third.Key.Id]);
    }

    [Fact]
    public async Task Screen_OfEitherKeyOfARotation_HasItBesideTheOldKey()
    {
        await using var house = await KeyHouse.OpenAsync();
        var old = await house.MakeAsync();
        var successor = (await house.Keys.RotateAsync(old.Key.Id, KeyHouse.Admin())).Value!;

        foreach (var id in (Guid[])[old.Key.Id, successor.Key.Id])
        {
            var lanes = (await LoadAsync(house, new KeyAddress(id), KeyHouse.Auditor())).Value!.Lanes;
            var rotation = lanes[0].Rotation!.Value.ShouldNotBeNull();
            (rotation.Old.Key.Id, rotation.New!.Key.Id, rotation.State).ShouldBe((old.Key.Id, successor.Key.Id, RotationState.Saved));
            lanes[1].Rotation.ShouldBeNull();
        }
    }

    [Fact]
    public async Task Moved_FiguresAndRejections_AreAnewAndADeletedKeyIsGone()
    {
        await using var house = await KeyHouse.OpenAsync();
        var key = await UsedKey.MakeAsync(house);
        var screens = Screens(house);
        var before = (await LoadAsync(house, new KeyAddress(key.Id) { Range = UsageRange.Day }, KeyHouse.Auditor())).Value!;
        key.LetIn(2);
        var request = key.Refused(Verdict.AddressNotAllowed);
        await house.Get<UsageWriter>().FlushAsync();

        var moved = (await screens.MoveAsync(before with { Address = before.Address with { Request = request.ToString() } }, TimeZoneInfo.Utc, KeyHouse.Auditor())).ShouldNotBeNull();

        (moved.Key.UsageCount, moved.Usage.Value!.Report.Totals.LetIn).ShouldBe((2, 2));
        moved.Rejections.Value!.Proven.Rejections.ShouldHaveSingleItem().RequestId.ShouldBe(request);
        moved.Rejections.Value.Found!.RequestId.ShouldBe(request);
        moved.Callers.Value!.Callers.ShouldHaveSingleItem().Count.ShouldBe(2);
        await house.Keys.DeleteAsync(key.Id, KeyHouse.Admin());
        (await screens.MoveAsync(moved, TimeZoneInfo.Utc, KeyHouse.Auditor())).ShouldBeNull();
    }

    private static KeyScreens Screens(KeyHouse house) => new(
        house.Keys, house.Get<UsageQuery>(), house.Get<UsageRetention>(), house.Get<RotationQuery>(), house.Get<RejectionQuery>(), house.Get<RevocationReceipts>(), house.Get<BrownOutQuery>(), house.Get<AuditQueries>(), house.Clock, NullLogger<KeyScreens>.Instance);

    private static Task<Result<KeyScreen>> LoadAsync(KeyHouse house, KeyAddress address, Caller caller) => Screens(house).LoadAsync(address, TimeZoneInfo.Utc, caller);
}
