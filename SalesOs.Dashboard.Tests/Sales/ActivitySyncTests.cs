using System.Text.Json;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.Sales;

namespace SalesOs.Dashboard.Tests.Sales;

public class ActivitySyncTests : SalesTest
{
    [Fact]
    public async Task Sync_KnownEmailInAnyCase_IsProcessed()
    {
        await Collaborators.SyncAsync(Acme, Rows(Ana()));
        var when = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

        var tally = await TallyAsync(Acme, Call("a-1", "ANA@Example.com") with { OccurredAt = when, Data = JsonElement.Parse("""{"n":1}""") });

        Counts(tally).ShouldBe((1, 0, 0, 0, 1));
        var stored = (await StoredAsync<Activity>(Acme)).ShouldHaveSingleItem();
        (stored.ActivityCode, stored.OccurredAt, stored.Data).ShouldBe(("001", when, """{"n":1}"""));
        stored.CollaboratorId.ShouldBe((await StoredAsync<Collaborator>(Acme)).Single().Id);
    }

    [Fact]
    public async Task Sync_NoOccurredAt_IsNow()
    {
        await Collaborators.SyncAsync(Acme, Rows(Ana()));
        await TallyAsync(Acme, Call("a-1"));

        (await StoredAsync<Activity>(Acme)).ShouldHaveSingleItem().OccurredAt.ShouldBe(Clock.GetUtcNow());
    }

    [Fact]
    public async Task Sync_OneOfEachFate_AddsUpToTheTotal()
    {
        await Collaborators.SyncAsync(Acme, Rows(Ana()));
        await TallyAsync(Acme, Call("seen"));

        var tally = await TallyAsync(Acme, Call("new"), Call("seen"), Call("new"), Call("x", "nobody@example.com"), Call("y", "not an address"));

        Counts(tally).ShouldBe((1, 1, 2, 1, 5));
        tally.Errors.ShouldBe([new FieldFault("collaborator_email", "is not an e-mail address", 4)]);
        (await StoredAsync<Activity>(Acme)).Select(a => a.ExternalId).ShouldBe(["seen", "new"], ignoreOrder: true);
    }

    [Fact]
    public async Task Sync_IdThatWasSkipped_IsNotSeen()
    {
        await TallyAsync(Acme, Call("a-1"));
        await Collaborators.SyncAsync(Acme, Rows(Ana()));

        Counts(await TallyAsync(Acme, Call("a-1", "bob@example.com"), Call("a-1"))).ShouldBe((1, 1, 0, 0, 2));
    }

    [Fact]
    public async Task Sync_SeenIdOfUnknownEmail_IsADuplicate()
    {
        await Collaborators.SyncAsync(Acme, Rows(Ana()));
        await TallyAsync(Acme, Call("a-1"));

        Counts(await TallyAsync(Acme, Call("a-1", "bob@example.com"))).ShouldBe((0, 0, 1, 0, 1));
    }

    [Fact]
    public async Task Sync_IdsThatDifferInCase_AreTwo()
    {
        await Collaborators.SyncAsync(Acme, Rows(Ana()));

        Counts(await TallyAsync(Acme, Call("a"), Call("A"))).ShouldBe((2, 0, 0, 0, 2));
    }

    [Theory]
    [InlineData("000")]
    [InlineData("1")]
    [InlineData("1000")]
    [InlineData("01a")]
    [InlineData(" 01")]
    [InlineData("٠٠١")]
    public async Task Sync_WrongCode_RefusesTheWholeBatch(string code)
    {
        await Collaborators.SyncAsync(Acme, Rows(Ana()));

        var decision = await Activities.SyncAsync(Acme, Rows(Call("a-1"), Call("a-2") with { ActivityCode = code }));

        decision.Done.ShouldBeFalse();
        decision.Error!.Details.ShouldBe([new FieldFault("activity_code", "must be three digits from 001 to 999", 1)]);
        (await StoredAsync<Activity>(Acme)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("001")]
    [InlineData("999")]
    public async Task Sync_CodeAtTheEdge_Passes(string code)
    {
        await Collaborators.SyncAsync(Acme, Rows(Ana()));

        Counts(await TallyAsync(Acme, Call("a") with { ActivityCode = code })).ShouldBe((1, 0, 0, 0, 1));
    }

    [Fact]
    public async Task Sync_FaultsInManyRows_AreAllNamed()
    {
        var decision = await Activities.SyncAsync(Acme, Rows(new ActivityRow(), Call("a-1"), Call(new string('x', 256)) with { Data = JsonElement.Parse("[]") }));

        decision.Error!.Details.ShouldBe(
        [
            new FieldFault("activity_code", "is required", 0),
            new FieldFault("external_id", "is required", 0),
            new FieldFault("collaborator_email", "is required", 0),
            new FieldFault("external_id", "must have at most 255 characters", 2),
            new FieldFault("data", "must be an object", 2),
        ]);
    }

    [Fact]
    public async Task Sync_OtherPartitions_ShareNeitherCollaboratorsNorIds()
    {
        await Collaborators.SyncAsync(Acme, Rows(Ana()));
        await TallyAsync(Acme, Call("a-1"));

        foreach (var partition in new[] { AcmeTest, Other })
        {
            Counts(await TallyAsync(partition, Call("a-1"))).ShouldBe((0, 1, 0, 0, 1));
            await Collaborators.SyncAsync(partition, Rows(Ana()));
            Counts(await TallyAsync(partition, Call("a-1"))).ShouldBe((1, 0, 0, 0, 1));
        }

        (await StoredAsync<Activity>(Acme)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Sync_AFullBatchTwice_IsProcessedOnce()
    {
        await Collaborators.SyncAsync(Acme, Rows(Enumerable.Range(0, 500).Select(i => Ana($"p{i}@example.com"))));
        var rows = Enumerable.Range(0, ActivitySync.MaxRows).Select(i => Call($"a-{i}", $"P{i % 500}@example.com")).ToArray();

        Counts(await TallyAsync(Acme, rows)).ShouldBe((1000, 0, 0, 0, 1000));
        Counts(await TallyAsync(Acme, rows)).ShouldBe((0, 0, 1000, 0, 1000));
    }

    private static (int Processed, int Skipped, int Duplicates, int Errors, int Total) Counts(ActivityTally tally) =>
        (tally.Processed, tally.Skipped, tally.Duplicates, tally.Errors.Count, tally.Total);

    private async Task<ActivityTally> TallyAsync(DataPartition partition, params ActivityRow[] rows) =>
        (await Activities.SyncAsync(partition, Rows(rows))).Value.ShouldNotBeNull();
}
