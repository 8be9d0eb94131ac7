using System.Globalization;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Components.KeyDetail;
using SalesOs.Dashboard.Components.Keys.Create;

namespace SalesOs.Dashboard.Tests.Components.KeyDetail;

public class KeyEditFormTests : ComponentHouse
{
    private static readonly TimeZoneInfo Zone = TimeZoneInfo.Utc;

    private DateTimeOffset Now => Clock.GetUtcNow();

    [Fact]
    public void Edit_NothingTyped_NamesNothing()
    {
        var form = new KeyEditForm(Key(expiresAt: Now.AddDays(20)) with { Notes = "Runs nightly", AllowedIps = ["203.0.113.7", "2001:db8::/32"] });

        form.IsChanged(Zone, Now).ShouldBeFalse();
        form.ToEdit(Zone, Now).ShouldBe(new KeyEdit());
    }

    [Fact]
    public void Edit_EachSetting_IsNamedAloneAndAsTyped()
    {
        var key = Key(expiresAt: Now.AddDays(20));
        Only(key, f => f.Fields.Name = " ERP ").Name.Value.ShouldBe("ERP");
        Only(key, f => f.Fields.Notes = "Night job").Notes.Value.ShouldBe("Night job");
        Only(key, f => f.Fields.ChosenScopes.Add(Scopes.LeadsWrite)).Scopes.Value.ShouldBe([Scopes.LeadsRead, Scopes.LeadsWrite]);
        Only(key, f => f.Fields.RateLimit = 25_000.ToString("N0", CultureInfo.CurrentCulture)).RateLimit.Value.ShouldBe(25_000);
        Only(key, f => f.Fields.AllowedAddresses = "203.0.113.7, 10.0.0.0/8").AllowedIps.Value.ShouldBe(["203.0.113.7", "10.0.0.0/8"]);
        Only(key, f => f.Fields.SingleUse = false).SingleUse.ShouldBe(new(true, false));
        Only(key, f => (f.KeepExpiry, f.Fields.Expiry) = (false, ExpiryChoice.Days30)).ExpiresInDays.ShouldBe(30);
        Only(key, f => (f.KeepExpiry, f.Fields.Expiry) = (false, ExpiryChoice.Never)).ExpiresAt.ShouldBe(new(true, null));
    }

    [Fact]
    public void Faults_OfAnExpiredKeyWhoseNameIsEdited_AreNone()
    {
        var form = new KeyEditForm(Key(status: KeyStatus.Expired, expiresAt: Now.AddDays(-1)));
        form.Fields.Name = "ERP";

        form.Faults(new KeyEditValidator(Clock), Zone, Now).ShouldBeEmpty("an expiry that stays is not judged");
    }

    [Fact]
    public void Faults_LastScopeTakenAway_AskForTheTick()
    {
        var form = new KeyEditForm(Key());
        form.Fields.ChosenScopes.Clear();

        form.Faults(new KeyEditValidator(Clock), Zone, Now).ShouldBe([new RuleFault("scopes", "full_access_not_understood")]);
        form.Fields.FullAccessUnderstood = true;
        form.Faults(new KeyEditValidator(Clock), Zone, Now).ShouldBeEmpty();
        new KeyEditForm(Key(scopes: [])).Faults(new KeyEditValidator(Clock), Zone, Now).ShouldBeEmpty("what is unrestricted already was understood then");
    }

    [Theory]
    [InlineData("1,5", "rate_limit_unreadable")]
    [InlineData("", "rate_limit_unreadable")]
    [InlineData("2,000,000", "rate_limit_range")]
    public void Faults_OfARateLimitThatIsNone_SayWhichWay(string typed, string code)
    {
        var form = new KeyEditForm(Key());
        form.Fields.RateLimit = typed;

        form.Faults(new KeyEditValidator(Clock), Zone, Now).ShouldBe([new RuleFault("rate_limit", code)]);
    }

    [Fact]
    public void Rebase_OnAnothersEdit_KeepsWhatWasTypedAndFollowsTheRest()
    {
        var key = Key();
        var form = new KeyEditForm(key);
        form.Fields.RateLimit = "2000";
        form.Fields.Notes = "Mine";

        var changes = form.Rebase(key with { RateLimit = 500, Name = "CRM (old)", Version = 2 }, Zone, Now);

        changes.Select(c => (c.Field, c.Contested)).ShouldBe([("name", false), ("rate_limit", true)]);
        (form.Base.Version, form.Fields.Name).ShouldBe((2, "CRM (old)"));
        var edit = form.ToEdit(Zone, Now);
        (edit.RateLimit.Value, edit.Notes.Value, edit.Name.IsGiven).ShouldBe((2000, "Mine", false));
        form.Reset("rate_limit");
        form.ToEdit(Zone, Now).RateLimit.IsGiven.ShouldBeFalse();
    }

    [Fact]
    public void Rebase_OnTheSameEdit_IsNoContest()
    {
        var key = Key();
        var form = new KeyEditForm(key);
        form.Fields.RateLimit = "500";

        form.Rebase(key with { RateLimit = 500, Version = 2 }, Zone, Now).ShouldHaveSingleItem().Contested.ShouldBeFalse();
        form.IsChanged(Zone, Now).ShouldBeFalse();
    }

    private KeyEdit Only(ApiKeyView key, Action<KeyEditForm> type)
    {
        var form = new KeyEditForm(key);
        type(form);
        var edit = form.ToEdit(Zone, Now);
        new[]
        {
            edit.Name.IsGiven, edit.Notes.IsGiven, edit.Scopes.IsGiven, edit.RateLimit.IsGiven, edit.AllowedIps.IsGiven, edit.SingleUse.IsGiven,
            edit.ExpiresAt.IsGiven || edit.ExpiresInDays is not null,
        }.Count(given => given).ShouldBe(1);
        return edit;
    }
}
