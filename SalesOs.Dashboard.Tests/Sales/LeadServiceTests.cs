using System.Text.Json;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.Sales;

namespace SalesOs.Dashboard.Tests.Sales;

public class LeadServiceTests : SalesTest
{
    [Fact]
    public async Task Create_NameAndPhoneAlone_TakesTheDefaults()
    {
        var lead = await MakeAsync(new LeadFields { Name = " Rui ", Phone = "1" });

        (lead.Name, lead.Email, lead.Phone, lead.Status).ShouldBe(("Rui", null, "1", LeadStatus.New));
        lead.CustomFields.GetRawText().ShouldBe("{}");
        lead.Tags.ShouldBeEmpty();
        (lead.CreatedAt, lead.UpdatedAt).ShouldBe((Clock.GetUtcNow(), Clock.GetUtcNow()));
    }

    [Fact]
    public async Task Create_NothingAtAll_NamesEveryFault()
    {
        var decision = await Leads.CreateAsync(Acme, new LeadFields());

        decision.Error!.Details.ShouldBe([new FieldFault("name", "is required"), new FieldFault("email", "is required when there is no phone")]);
    }

    [Fact]
    public async Task Create_BrokenFields_NamesEveryFault()
    {
        var decision = await Leads.CreateAsync(Acme, new LeadFields
        {
            Name = new string('x', 256),
            Email = "nope",
            Phone = "1\n2",
            Company = new string('x', 256),
            Position = new string('x', 256),
            Source = new string('x', 101),
            CustomFields = JsonElement.Parse(string.Concat(Enumerable.Repeat("""{"a":""", 17)) + "1" + new string('}', 17)),
            Tags = new(IsGiven: true, ["ok", " "]),
        });

        decision.Error!.Details.Select(f => f.Field).ShouldBe(["name", "email", "phone", "company", "position", "source", "custom_fields", "tags[1]"]);
    }

    [Theory]
    [InlineData("""{"a":"\u0000"}""")]
    [InlineData("""{"\u0000":1}""")]
    [InlineData("""{"a":[{"b":"x\u0000"}]}""")]
    public async Task Create_CustomFieldsWithNul_IsRefused(string json)
    {
        var decision = await Leads.CreateAsync(Acme, new LeadFields { Name = "Rui", Phone = "1", CustomFields = JsonElement.Parse(json) });

        decision.Error!.Details.ShouldBe([new FieldFault("custom_fields", "must not contain the character U+0000")]);
    }

    [Fact]
    public async Task Create_CustomFieldsTooLarge_IsRefused()
    {
        var decision = await Leads.CreateAsync(
            Acme, new LeadFields { Name = "Rui", Phone = "1", CustomFields = JsonElement.Parse("{\"a\":\"" + new string('x', 32 * 1024) + "\"}") });

        decision.Error!.Details.ShouldHaveSingleItem().Field.ShouldBe("custom_fields");
    }

    [Fact]
    public async Task Get_StoredLead_ComesBackAsItWasMade()
    {
        var made = await MakeAsync(new LeadFields
        {
            Name = "Rui",
            Email = "Rui@Example.com",
            Status = LeadStatus.Qualified,
            CustomFields = JsonElement.Parse("""{"n":1.10,"deep":{"e":1e400}}"""),
            Tags = new(IsGiven: true, ["vip", "2026"]),
        });

        var found = (await Leads.GetAsync(Acme, made.Id)).Value.ShouldNotBeNull();

        (found with { CustomFields = made.CustomFields, Tags = made.Tags }).ShouldBe(made);
        found.CustomFields.GetRawText().ShouldBe("""{"n":1.10,"deep":{"e":1e400}}""");
        found.Tags.ShouldBe(["vip", "2026"]);
    }

    [Fact]
    public async Task Get_LeadOfAnotherPartition_IsAbsent()
    {
        var lead = await MakeAsync(new LeadFields { Name = "Rui", Phone = "1" });

        foreach (var partition in new[] { AcmeTest, Other })
        {
            (await Leads.GetAsync(partition, lead.Id)).Error.ShouldBe(new Error(ErrorReason.NotFound));
            (await Leads.PatchAsync(partition, lead.Id, new LeadFields { Name = "Mine" })).Error.ShouldBe(new Error(ErrorReason.NotFound));
            (await Leads.PatchAsync(partition, lead.Id, new LeadFields { Name = "" })).Error.ShouldBe(new Error(ErrorReason.NotFound));
            (await Leads.ListAsync(partition, new LeadQuery())).Total.ShouldBe(0);
        }

        (await Leads.GetAsync(Acme, lead.Id)).Value!.Name.ShouldBe("Rui");
    }

    [Fact]
    public async Task Patch_OneField_LeavesTheOthers()
    {
        var made = await MakeAsync(new LeadFields { Name = "Rui", Phone = "1", Company = "Acme", Tags = new(IsGiven: true, ["a"]) });
        Clock.Advance(TimeSpan.FromMinutes(1));

        var patched = (await Leads.PatchAsync(Acme, made.Id, new LeadFields { Status = LeadStatus.Converted })).Value.ShouldNotBeNull();

        (patched with { CustomFields = made.CustomFields, Tags = made.Tags })
            .ShouldBe(made with { Status = LeadStatus.Converted, UpdatedAt = made.UpdatedAt.AddMinutes(1) });
        patched.Tags.ShouldBe(["a"]);
    }

    [Fact]
    public async Task Patch_Nulls_ClearWhatMayBeEmpty()
    {
        var made = await MakeAsync(new LeadFields
        {
            Name = "Rui",
            Email = "rui@example.com",
            Phone = "1",
            Company = "Acme",
            CustomFields = JsonElement.Parse("""{"a":1}"""),
            Tags = new(IsGiven: true, ["a"]),
        });

        var patched = (await Leads.PatchAsync(Acme, made.Id, new LeadFields
        {
            Email = (string?)null,
            Company = (string?)null,
            CustomFields = JsonElement.Parse("null"),
            Tags = new(IsGiven: true, Value: null),
        })).Value.ShouldNotBeNull();

        (patched.Email, patched.Company, patched.Phone).ShouldBe((null, null, "1"));
        patched.CustomFields.GetRawText().ShouldBe("{}");
        patched.Tags.ShouldBeEmpty();
    }

    [Fact]
    public async Task Patch_LastWayToReach_CannotBeCleared()
    {
        var made = await MakeAsync(new LeadFields { Name = "Rui", Phone = "1" });

        var decision = await Leads.PatchAsync(Acme, made.Id, new LeadFields { Phone = (string?)null });

        decision.Error!.Details.ShouldHaveSingleItem().Field.ShouldBe("email");
        (await Leads.GetAsync(Acme, made.Id)).Value!.Phone.ShouldBe("1");
    }

    [Fact]
    public async Task Patch_NullName_IsRefused()
    {
        var made = await MakeAsync(new LeadFields { Name = "Rui", Phone = "1" });

        (await Leads.PatchAsync(Acme, made.Id, new LeadFields { Name = (string?)null })).Error!.Details.ShouldBe([new FieldFault("name", "is required")]);
    }

    [Fact]
    public async Task Patch_NothingGiven_ChangesNothing()
    {
        var made = await MakeAsync(new LeadFields { Name = "Rui", Phone = "1" });
        Clock.Advance(TimeSpan.FromMinutes(1));

        (await Leads.PatchAsync(Acme, made.Id, new LeadFields())).Value!.UpdatedAt.ShouldBe(made.UpdatedAt);
    }

    private async Task<LeadView> MakeAsync(LeadFields fields) => (await Leads.CreateAsync(Acme, fields)).Value.ShouldNotBeNull();
}
