using System.Text.Json;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.Sales;

namespace SalesOs.Dashboard.Tests.Sales;

public class CollaboratorSyncTests : SalesTest
{
    [Fact]
    public async Task Sync_NewRow_IsCreatedWithAllItsFields()
    {
        var row = Ana() with
        {
            Phone = "+55 11 91234-5678",
            Document = "123",
            Team = "South",
            Role = "closer",
            Metadata = JsonElement.Parse("""{ "level": 1.10 }"""),
        };

        var tally = await Collaborators.SyncAsync(Acme, Rows(row));

        (tally.Created, tally.Existing, tally.Faults.Count, tally.Total).ShouldBe((1, 0, 0, 1));
        var stored = (await StoredAsync<Collaborator>(Acme)).ShouldHaveSingleItem();
        stored.Phone.ShouldBe("+55 11 91234-5678");
        stored.Document.ShouldBe("123");
        stored.Team.ShouldBe("South");
        stored.Role.ShouldBe("closer");
        stored.Metadata.ShouldBe("""{"level":1.10}""");
        stored.CreatedAt.ShouldBe(Clock.GetUtcNow());
    }

    [Fact]
    public async Task Sync_KnownEmailInAnotherCase_IsUpdated()
    {
        await Collaborators.SyncAsync(Acme, Rows(Ana("Ana@Example.com")));
        Clock.Advance(TimeSpan.FromMinutes(1));

        var tally = await Collaborators.SyncAsync(Acme, Rows(Ana("ANA@EXAMPLE.COM") with { Name = "Ana Lima", ExternalId = "c-2" }));

        (tally.Created, tally.Existing).ShouldBe((0, 1));
        var stored = (await StoredAsync<Collaborator>(Acme)).ShouldHaveSingleItem();
        (stored.Name, stored.ExternalId, stored.Email).ShouldBe(("Ana Lima", "c-2", "ANA@EXAMPLE.COM"));
        stored.UpdatedAt.ShouldBe(stored.CreatedAt.AddMinutes(1));
    }

    [Fact]
    public async Task Sync_KnownEmailWithItsAccentsDecomposed_IsTheSame()
    {
        await Collaborators.SyncAsync(Acme, Rows(Ana("josé@x.co")));

        var tally = await Collaborators.SyncAsync(Acme, Rows(Ana("jose\u0301@x.co"), Ana("jose@x.co") with { ExternalId = "c-2" }));

        (tally.Created, tally.Existing).ShouldBe((1, 1));
        (await StoredAsync<Collaborator>(Acme)).Count.ShouldBe(2, "without the accent it is another address");
        (await Activities.SyncAsync(Acme, Rows(Call("a-1", "JOSE\u0301@x.co")))).Value!.Processed.ShouldBe(1);
    }

    [Theory]
    [InlineData("\u200B")]
    [InlineData("\u202E\u2066")]
    [InlineData(" \u00A0")]
    public async Task Sync_NameThatCannotBeSeen_IsMissing(string name) =>
        (await Collaborators.SyncAsync(Acme, Rows(Ana() with { Name = name }))).Faults.ShouldBe([new FieldFault("name", "is required", 0)]);

    [Fact]
    public async Task Sync_KnownRow_KeepsWhatIsAbsentAndClearsWhatIsNull()
    {
        await Collaborators.SyncAsync(Acme, Rows(Ana() with { Phone = "1", Team = "South" }));

        await Collaborators.SyncAsync(Acme, Rows(Ana() with { Team = (string?)null }));

        var stored = (await StoredAsync<Collaborator>(Acme)).ShouldHaveSingleItem();
        (stored.Phone, stored.Team).ShouldBe(("1", null));
    }

    [Fact]
    public async Task Sync_SameEmailTwiceInOneBatch_CountsTheSecondAsExistingAndKeepsIt()
    {
        var tally = await Collaborators.SyncAsync(Acme, Rows(Ana(), Ana("ANA@example.com") with { Name = "Second" }));

        (tally.Created, tally.Existing, tally.Total).ShouldBe((1, 1, 2));
        (await StoredAsync<Collaborator>(Acme)).ShouldHaveSingleItem().Name.ShouldBe("Second");
    }

    [Fact]
    public async Task Sync_FaultyRows_AreToldAndTheOthersGoThrough()
    {
        var tally = await Collaborators.SyncAsync(Acme, Rows(Ana(), new CollaboratorRow(), Ana("no-at-sign"), Ana("bob@example.com")));

        (tally.Created, tally.Existing, tally.Total).ShouldBe((2, 0, 4));
        tally.Faults.ShouldBe(
        [
            new FieldFault("external_id", "is required", 1),
            new FieldFault("name", "is required", 1),
            new FieldFault("email", "is required", 1),
            new FieldFault("email", "is not an e-mail address", 2),
        ]);
        (await StoredAsync<Collaborator>(Acme)).Count.ShouldBe(2);
    }

    [Theory]
    [InlineData("external_id", 255)]
    [InlineData("name", 255)]
    [InlineData("phone", 20)]
    [InlineData("document", 20)]
    [InlineData("team", 100)]
    [InlineData("role", 50)]
    public async Task Sync_TextAtItsLimit_PassesAndOneMoreDoesNot(string field, int limit)
    {
        var longest = await Collaborators.SyncAsync(Acme, Rows(With(field, new string('x', limit))));
        var tooLong = await Collaborators.SyncAsync(Acme, Rows(With(field, new string('x', limit + 1))));

        longest.Faults.ShouldBeEmpty();
        tooLong.Faults.ShouldBe([new FieldFault(field, $"must have at most {limit} characters", 0)]);
    }

    [Fact]
    public async Task Sync_NameOfEmoji_IsCountedInCodePoints()
    {
        var tally = await Collaborators.SyncAsync(Acme, Rows(Ana() with { Name = string.Concat(Enumerable.Repeat("😀", 255)) }));

        tally.Created.ShouldBe(1);
    }

    [Fact]
    public async Task Sync_AFullBatchTwice_CreatesThenKnowsEveryRow()
    {
        var rows = Rows(Enumerable.Range(0, CollaboratorSync.MaxRows).Select(i => Ana($"p{i}@example.com")));

        (await Collaborators.SyncAsync(Acme, rows)).Created.ShouldBe(500);
        (await Collaborators.SyncAsync(Acme, rows)).Existing.ShouldBe(500);
    }

    [Fact]
    public async Task Sync_SameEmailInOtherPartitions_IsAnotherCollaborator()
    {
        await Collaborators.SyncAsync(Acme, Rows(Ana()));

        (await Collaborators.SyncAsync(AcmeTest, Rows(Ana() with { Name = "Test" }))).Created.ShouldBe(1);
        (await Collaborators.SyncAsync(Other, Rows(Ana() with { Name = "Other" }))).Created.ShouldBe(1);

        (await StoredAsync<Collaborator>(Acme)).ShouldHaveSingleItem().Name.ShouldBe("Ana");
    }

    private static CollaboratorRow With(string field, string text) => field switch
    {
        "external_id" => Ana() with { ExternalId = text },
        "name" => Ana() with { Name = text },
        "phone" => Ana() with { Phone = text },
        "document" => Ana() with { Document = text },
        "team" => Ana() with { Team = text },
        "role" => Ana() with { Role = text },
        _ => throw new ArgumentOutOfRangeException(nameof(field)),
    };
}
