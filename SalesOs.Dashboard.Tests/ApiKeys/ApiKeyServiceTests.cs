using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.Signing;

namespace SalesOs.Dashboard.Tests.ApiKeys;

public class ApiKeyServiceTests
{
    [Fact]
    public async Task Create_SoundRequest_GivesWellFormedPairOnce()
    {
        await using var house = await KeyHouse.OpenAsync();
        var made = await house.MakeAsync(new NewKey("  Zapier  ", KeyEnvironment.Test, [Scopes.LeadsRead], ExpiresInDays: 90, Notes: "for the import"));

        CredentialFormat.IsApiKey(made.ApiKey).ShouldBeTrue();
        CredentialFormat.IsSecret(made.Secret).ShouldBeTrue();
        made.ApiKey.ShouldStartWith("sk_test_");
        made.Secret.ShouldStartWith("salesos_secret_test_");
        made.Key.Name.ShouldBe("Zapier");
        made.Key.KeyPrefix.ShouldBe(made.ApiKey[..16]);
        made.Key.KeyLast4.ShouldBe(made.ApiKey[^4..]);
        made.Key.ExpiresAt.ShouldBe(house.Clock.GetUtcNow().AddDays(90));
        made.Key.CreatedBy.ShouldBe("admin@example.test");
        made.Key.SingleUse.ShouldBeTrue();
        made.ToString().ShouldNotContain(made.Secret);
    }

    [Fact]
    public async Task Create_SoundRequest_IsInTheRingBeforeTheAnswer()
    {
        await using var house = await KeyHouse.OpenAsync();
        var made = await house.MakeAsync();
        var ringKey = house.Ring.Find(made.ApiKey).ShouldNotBeNull();

        var k1 = new byte[32];
        SignatureChain.DeriveK1(made.Secret, made.ApiKey, k1);
        ringKey.K1.ToArray().ShouldBe(k1);
        ringKey.Id.ShouldBe(made.Key.Id);
        ringKey.TenantId.ShouldBe(KeyHouse.Acme);
    }

    [Fact]
    public async Task Create_EveryRuleBroken_NamesEveryFaultAtOnce()
    {
        await using var house = await KeyHouse.OpenAsync();
        var refused = await house.Keys.CreateAsync(
            new NewKey("a\u0007b", (KeyEnvironment)7, ["nope"], 0, 0, house.Clock.GetUtcNow(), ["10.0.0.1/8"], Notes: new string('x', 501)),
            KeyHouse.Admin());

        refused.Error!.Reason.ShouldBe(ErrorReason.Invalid);
        refused.Error.Faults.Select(f => f.Code).ShouldBe(
            ["name_control_characters", "notes_too_long", "environment_unknown", "scope_unknown", "rate_limit_range", "expires_both", "expires_in_days_range", "expires_at_past", "allowed_ip_invalid"],
            ignoreOrder: true);
        (await house.Keys.ListAsync(new KeyQuery(), KeyHouse.Admin())).Value!.Total.ShouldBe(0);
    }

    [Theory]
    [InlineData("", "name_required")]
    [InlineData(" \t ", "name_required")]
    [InlineData(null, "name_required")]
    [InlineData("a\u0085b", "name_control_characters")]
    [InlineData("\u200B\u200B\u200B", "name_invisible")]
    [InlineData(" \u202E\u2066 ", "name_invisible")]
    public async Task Create_NameBreaksTheRule_IsRefused(string? name, string code)
    {
        await using var house = await KeyHouse.OpenAsync();
        (await house.Keys.CreateAsync(new NewKey(name), KeyHouse.Admin())).Error!.Faults.ShouldHaveSingleItem().Code.ShouldBe(code);
    }

    [Fact]
    public async Task Create_NameWithLoneSurrogate_IsRefused()
    {
        await using var house = await KeyHouse.OpenAsync();
        (await house.Keys.CreateAsync(new NewKey("a" + (char)0xD800), KeyHouse.Admin())).Error!.Faults.ShouldHaveSingleItem().Code.ShouldBe("name_control_characters");
    }

    [Fact]
    public async Task Create_NameOfHundredAndOne_IsRefusedAndHundredIsTaken()
    {
        await using var house = await KeyHouse.OpenAsync();
        (await house.Keys.CreateAsync(new NewKey(new string('é', 101)), KeyHouse.Admin())).Error!.Faults[0].Code.ShouldBe("name_too_long");
        (await house.MakeAsync(new NewKey(new string('é', 100)))).Key.Name.Length.ShouldBe(100);
    }

    [Fact]
    public async Task Create_BeyondTheTenantsMost_IsRefusedAndOtherTenantsGoOn()
    {
        await using var house = await KeyHouse.OpenAsync(settings: ("ApiKeys:MaxPerTenant", "2"));
        await house.MakeAsync();
        await house.MakeAsync();
        (await house.Keys.CreateAsync(new NewKey("third"), KeyHouse.Admin())).Error!.Reason.ShouldBe(ErrorReason.TooManyKeys);
        await house.MakeAsync(caller: KeyHouse.Admin(KeyHouse.Beta));
    }

    [Fact]
    public async Task Changes_EachWritesOneEntryWithItsChange()
    {
        await using var house = await KeyHouse.OpenAsync();
        var key = (await house.MakeAsync()).Key;
        await house.Keys.EditAsync(key.Id, new KeyEdit { Name = "Renamed", RateLimit = 5 }, ifVersion: null, KeyHouse.Admin());
        await house.Keys.RevokeAsync(key.Id, "leaked", KeyHouse.Admin());
        await house.Keys.DeleteAsync(key.Id, KeyHouse.Admin());

        await using var db = house.Database.Read(KeyHouse.Acme);
        var entries = await db.Set<AuditEntry>().OrderBy(e => e.Sequence).ToListAsync();
        entries.Select(e => e.Action).ShouldBe([AuditActions.KeyCreated, AuditActions.KeyEdited, AuditActions.KeyRevoked, AuditActions.KeyDeleted]);
        entries.ShouldAllBe(e => e.KeyId == key.Id && e.RequestId == "request-1" && e.ActorId != null);
        var edit = JsonNode.Parse(entries[1].Canonical)!["detail"]!;
        ((string)edit["before"]!["name"]!).ShouldBe("Zapier");
        ((string)edit["after"]!["name"]!).ShouldBe("Renamed");
        ((int)edit["after"]!["rate_limit"]!).ShouldBe(5);
        edit["before"]!.AsObject().Count.ShouldBe(2);
        (await house.Get<AuditVerification>().VerifyAsync(KeyHouse.Acme)).ShouldBe(new ChainVerdict(4, FirstBad: null));
    }

    [Fact]
    public async Task Revoke_Twice_ChangesNothingTheSecondTime()
    {
        await using var house = await KeyHouse.OpenAsync();
        var made = await house.MakeAsync();
        var first = (await house.Keys.RevokeAsync(made.Key.Id, "leaked", KeyHouse.Admin())).Value!;
        house.Clock.Advance(TimeSpan.FromMinutes(5));
        var second = (await house.Keys.RevokeAsync(made.Key.Id, "another reason", KeyHouse.Admin())).Value!;

        second.ShouldBe(first with { Scopes = second.Scopes, AllowedIps = second.AllowedIps });
        first.RevokeReason.ShouldBe("leaked");
        first.RevokedBy.ShouldBe("admin@example.test");
        (await house.Get<AuditVerification>().VerifyAsync(KeyHouse.Acme)).Entries.ShouldBe(2);
    }

    [Fact]
    public async Task Revoke_ActsInTheRingBeforeItAnswers()
    {
        await using var house = await KeyHouse.OpenAsync();
        var made = await house.MakeAsync();
        await house.Keys.RevokeAsync(made.Key.Id, reason: null, KeyHouse.Admin());
        house.Ring.Find(made.ApiKey)!.Revoked.ShouldBeTrue();
    }

    [Fact]
    public async Task Edit_RevokedKey_IsRefusedAndStaysRevoked()
    {
        await using var house = await KeyHouse.OpenAsync();
        var made = await house.MakeAsync();
        await house.Keys.RevokeAsync(made.Key.Id, reason: null, KeyHouse.Admin());

        (await house.Keys.EditAsync(made.Key.Id, new KeyEdit { Name = "again" }, ifVersion: null, KeyHouse.Admin())).Error!.Reason.ShouldBe(ErrorReason.AlreadyRevoked);
        (await house.Keys.GetAsync(made.Key.Id, KeyHouse.Admin())).Value!.Status.ShouldBe(KeyStatus.Revoked);
        house.Ring.Find(made.ApiKey)!.Revoked.ShouldBeTrue();
    }

    [Fact]
    public async Task Edit_ActsInTheRingAndRaisesTheVersionOnlyWhenSomethingDiffers()
    {
        await using var house = await KeyHouse.OpenAsync();
        var made = await house.MakeAsync();
        var edited = (await house.Keys.EditAsync(
            made.Key.Id, new KeyEdit { Scopes = new(true, [Scopes.LeadsRead]), RateLimit = 7, AllowedIps = new(true, ["192.0.2.0/24"]) }, ifVersion: 1, KeyHouse.Admin())).Value!;
        edited.Version.ShouldBe(2);
        (await house.Keys.EditAsync(made.Key.Id, new KeyEdit { RateLimit = 7 }, ifVersion: 2, KeyHouse.Admin())).Value!.Version.ShouldBe(2);
        (await house.Keys.EditAsync(made.Key.Id, new KeyEdit { RateLimit = 8 }, ifVersion: 1, KeyHouse.Admin())).Error!.Reason.ShouldBe(ErrorReason.ChangedSince);

        var ringKey = house.Ring.Find(made.ApiKey)!;
        ringKey.RateLimit.ShouldBe(7);
        ringKey.Scopes.ShouldBe([Scopes.LeadsRead]);
        ringKey.AllowedIps.Count.ShouldBe(1);
        ringKey.SingleUse.ShouldBeTrue();

        edited = (await house.Keys.EditAsync(made.Key.Id, new KeyEdit { AllowedIps = new(true, []), SingleUse = false }, ifVersion: 2, KeyHouse.Admin())).Value!;

        (edited.Version, edited.AllowedIps.Count, edited.SingleUse).ShouldBe((3, 0, false));
        house.Ring.Find(made.ApiKey)!.ShouldSatisfyAllConditions(k => k.AllowedIps.ShouldBeEmpty(), k => k.SingleUse.ShouldBeFalse());
        (await house.Keys.EditAsync(made.Key.Id, new KeyEdit { AllowedIps = new(true, ["10.0.0.1/8"]) }, ifVersion: null, KeyHouse.Admin())).Error!
            .Faults.ShouldBe([new RuleFault("allowed_ips", "allowed_ip_invalid", "10.0.0.1/8")]);
    }

    [Fact]
    public async Task Delete_ActiveKey_IsGoneFromListAndRing()
    {
        await using var house = await KeyHouse.OpenAsync();
        var made = await house.MakeAsync();
        (await house.Keys.DeleteAsync(made.Key.Id, KeyHouse.Admin())).Done.ShouldBeTrue();
        house.Ring.Find(made.ApiKey).ShouldBeNull();
        (await house.Keys.GetAsync(made.Key.Id, KeyHouse.Admin())).Error!.Reason.ShouldBe(ErrorReason.NotFound);
        (await house.Keys.DeleteAsync(made.Key.Id, KeyHouse.Admin())).Error!.Reason.ShouldBe(ErrorReason.NotFound);
    }

    [Fact]
    public async Task Ring_RevokedKey_NeverComesBack()
    {
        await using var house = await KeyHouse.OpenAsync();
        var made = await house.MakeAsync();
        var active = house.Ring.Find(made.ApiKey)!;
        await house.Keys.RevokeAsync(made.Key.Id, reason: null, KeyHouse.Admin());
        house.Ring.Put(active);
        house.Ring.Find(made.ApiKey)!.Revoked.ShouldBeTrue();
    }

    public static TheoryData<string> Operations => [.. new[] { "create", "list", "get", "figures", "edit", "revoke", "rotate", "delete" }];

    [Theory]
    [MemberData(nameof(Operations))]
    public async Task EveryOperation_OfAnotherTenant_AnswersAsForAnAbsentId(string operation)
    {
        await using var house = await KeyHouse.OpenAsync();
        var made = await house.MakeAsync();
        var foreigner = KeyHouse.Admin(KeyHouse.Beta);

        (await RunAsync(house, operation, made.Key.Id, foreigner)).ShouldBe(await RunAsync(house, operation, Guid.CreateVersion7(), foreigner));
        var after = (await house.Keys.GetAsync(made.Key.Id, KeyHouse.Admin())).Value!;
        after.ShouldBe(made.Key with { Scopes = after.Scopes, AllowedIps = after.AllowedIps });
    }

    [Theory]
    [MemberData(nameof(Operations))]
    public async Task EveryOperation_ByCaller_NeedsItsCapability(string operation)
    {
        await using var house = await KeyHouse.OpenAsync();
        var made = await house.MakeAsync();
        var reads = operation is "list" or "get" or "figures";

        (await RunAsync(house, operation, made.Key.Id, KeyHouse.Manager())).ShouldBe($"MissingCapability {(reads ? Capabilities.AuditIntegrations : Capabilities.AdminIntegrations)}");
        (await RunAsync(house, operation, made.Key.Id, KeyHouse.Auditor())).ShouldBe(reads ? "done" : $"MissingCapability {Capabilities.AdminIntegrations}");
        (await house.Get<AuditVerification>().VerifyAsync(KeyHouse.Acme)).Entries.ShouldBe(1);
        (await RunAsync(house, operation, made.Key.Id, KeyHouse.Admin())).ShouldBe("done");
    }

    [Fact]
    public async Task Audit_InsertFails_NothingChanges()
    {
        await using var house = await KeyHouse.OpenAsync();
        var made = await house.MakeAsync();
        await house.Database.WriteAsync(tenantId: null, db => db.Database.ExecuteSqlRawAsync(
            "CREATE TRIGGER refuse BEFORE INSERT ON audit_entries BEGIN SELECT RAISE(ABORT, 'no room'); END"));

        await Should.ThrowAsync<DbUpdateException>(() => house.Keys.CreateAsync(new NewKey("second"), KeyHouse.Admin()));
        await Should.ThrowAsync<DbUpdateException>(() => house.Keys.EditAsync(made.Key.Id, new KeyEdit { Name = "x" }, ifVersion: null, KeyHouse.Admin()));
        await Should.ThrowAsync<DbUpdateException>(() => house.Keys.RevokeAsync(made.Key.Id, reason: null, KeyHouse.Admin()));
        await Should.ThrowAsync<DbUpdateException>(() => house.Keys.RotateAsync(made.Key.Id, KeyHouse.Admin()));
        await Should.ThrowAsync<DbUpdateException>(() => house.Keys.DeleteAsync(made.Key.Id, KeyHouse.Admin()));

        var page = (await house.Keys.ListAsync(new KeyQuery(), KeyHouse.Admin())).Value!;
        page.Keys.ShouldHaveSingleItem().Status.ShouldBe(KeyStatus.Active);
        page.Keys[0].Name.ShouldBe("Zapier");
        page.Keys[0].RotatedTo.ShouldBeNull();
        house.Ring.Count.ShouldBe(1);
        house.Ring.Find(made.ApiKey)!.Revoked.ShouldBeFalse();
    }

    private static async Task<string> RunAsync(KeyHouse house, string operation, Guid id, Caller caller) => operation switch
    {
        "create" => Word(await house.Keys.CreateAsync(new NewKey("another"), caller)),
        "list" => Word(await house.Keys.ListAsync(new KeyQuery(), caller)),
        "get" => Word(await house.Keys.GetAsync(id, caller)),
        "figures" => await house.Keys.FiguresAsync([id], caller) is { Done: true, Value: var figures } && figures!.Count == 0 ? "none" : Word(await house.Keys.FiguresAsync([id], caller)),
        "edit" => Word(await house.Keys.EditAsync(id, new KeyEdit { Name = "x" }, ifVersion: null, caller)),
        "revoke" => Word(await house.Keys.RevokeAsync(id, reason: null, caller)),
        "rotate" => Word(await house.Keys.RotateAsync(id, caller)),
        "delete" => Word(await house.Keys.DeleteAsync(id, caller)),
        _ => throw new ArgumentOutOfRangeException(nameof(operation)),
    };

    private static string Word<T>(Result<T> outcome) => outcome.Done ? "done" : $"{outcome.Error!.Reason} {outcome.Error.Capability}".Trim();
}
