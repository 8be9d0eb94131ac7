using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Components.Keys;
using SalesOs.Dashboard.Tests.ApiKeys;

namespace SalesOs.Dashboard.Tests.Components.Keys;

public sealed class LiveLoadTests : IAsyncLifetime
{
    private readonly FakeTimeProvider clock = new(new DateTimeOffset(2026, 11, 22, 12, 0, 0, TimeSpan.Zero));
    private readonly List<bool> loads = [];
    private readonly List<IReadOnlySet<Guid>?> moves = [];
    private readonly List<CancellationToken> tokens = [];
    private Func<Task<bool>> answer = () => Task.FromResult(true);
    private Func<Task<bool>> moved = () => Task.FromResult(true);
    private int drawn;
    private KeyHouse house = null!;
    private LiveLoad page = null!;

    public async ValueTask InitializeAsync()
    {
        house = await KeyHouse.OpenAsync(clock: clock);
        page = NewPage();
        page.Follow(KeyHouse.Acme);
    }

    public async ValueTask DisposeAsync()
    {
        page.Dispose();
        await house.DisposeAsync();
    }

    [Fact]
    public async Task Act_OfThePageItself_LoadsItOnce()
    {
        var key = await MadeAsync();

        var error = await page.ActAsync(
            async caller =>
            {
                var revoked = await house.Keys.RevokeAsync(key.Id, reason: null, caller);
                // The feed's timer goes off before the page goes on.
                clock.Advance(LiveKeys.Interval);
                return revoked;
            },
            revoked => revoked.Status.ShouldBe(KeyStatus.Revoked));
        clock.Advance(LiveKeys.Interval);

        error.ShouldBeNull();
        loads.ShouldBe([false]);
        drawn.ShouldBe(1);
    }

    [Fact]
    public async Task Act_OfSomebodyElse_LoadsItOnceByItself()
    {
        var key = await MadeAsync();

        await house.Keys.RevokeAsync(key.Id, reason: null, KeyHouse.Admin());
        clock.Advance(LiveKeys.Interval);

        loads.ShouldBe([true]);
    }

    [Fact]
    public async Task Change_WhileThePageLoadsAfterItsAct_IsLoadedToo()
    {
        answer = async () =>
        {
            answer = () => Task.FromResult(true);
            await house.MakeAsync();
            return true;
        };

        await page.ActAsync(caller => house.Keys.CreateAsync(new NewKey("CRM sync"), caller), _ => { });
        clock.Advance(LiveKeys.Interval);

        loads.ShouldBe([false, true]);
    }

    [Fact]
    public async Task Change_OfAKeyThatThePageIsAboutToKnow_IsLoadedToo()
    {
        page.Dispose();
        var known = new HashSet<Guid>();
        using var detail = NewPage();
        detail.Follow(KeyHouse.Acme, ids => ids.Any(known.Contains));
        var (read, successor) = (new TaskCompletionSource<bool>(), Guid.NewGuid());
        answer = () => read.Task;
        var loading = detail.LoadAsync();
        answer = () => Task.FromResult(true);

        house.Get<KeyFeed>().Publish(KeyHouse.Acme, KeyChange.Keys, [successor]);
        known.Add(successor);
        read.SetResult(true);
        await loading;
        clock.Advance(LiveKeys.Interval);

        loads.ShouldBe([false, true]);
        house.Get<KeyFeed>().Publish(KeyHouse.Acme, KeyChange.Keys, [Guid.NewGuid()]);
        clock.Advance(LiveKeys.Interval);
        loads.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Act_Refused_LoadsNothingAndTellsWhatOthersDidMeanwhile()
    {
        var done = false;

        var error = await page.ActAsync(
            async caller =>
            {
                await house.MakeAsync();
                clock.Advance(LiveKeys.Interval);
                loads.ShouldBeEmpty();
                return await house.Keys.RevokeAsync(Guid.NewGuid(), reason: null, caller);
            },
            _ => done = true);
        clock.Advance(LiveKeys.Interval);

        (done, error?.Reason).ShouldBe((false, ErrorReason.NotFound));
        loads.ShouldBe([true]);
    }

    [Fact]
    public void Figures_OfSomeKeys_MoveThoseAlone()
    {
        var key = Guid.NewGuid();

        house.Get<KeyFeed>().Publish(KeyHouse.Acme, KeyChange.Figures, [key]);
        clock.Advance(LiveKeys.Interval);

        moves.ShouldHaveSingleItem().ShouldBe([key]);
        (loads.Count, drawn).ShouldBe((0, 1));
    }

    [Fact]
    public async Task Figures_DuringALoadOrWhileOthersMove_AreLoadedOnceAfterIt()
    {
        var (read, move) = (new TaskCompletionSource<bool>(), new TaskCompletionSource<bool>());
        answer = () => read.Task;
        var loading = page.LoadAsync();
        Move();
        moves.ShouldBeEmpty("what is shown is about to change");
        moved = () => move.Task;
        read.SetResult(true);
        await loading;
        moves.ShouldBe([null]);

        moved = () => Task.FromResult(true);
        Move();
        Move();
        moves.ShouldBe([null], "the move before could be answered later");
        move.SetResult(true);
        moves.ShouldBe([null, null]);

        void Move()
        {
            house.Get<KeyFeed>().Publish(KeyHouse.Acme, KeyChange.Figures, [Guid.NewGuid()]);
            clock.Advance(LiveKeys.Interval);
        }
    }

    [Fact]
    public async Task Load_OvertakenByTheNext_IsGivenUp()
    {
        var first = new TaskCompletionSource<bool>();
        answer = () => first.Task;
        var overtaken = page.LoadAsync();
        answer = () => Task.FromResult(true);

        await page.LoadAsync();
        first.SetResult(false);
        await overtaken;

        tokens.Select(t => t.IsCancellationRequested).ShouldBe([true, false]);
        page.Failed.ShouldBeFalse();
    }

    [Fact]
    public async Task Load_ThatBreaks_SaysSoUntilOneSucceeds()
    {
        answer = () => throw new InvalidOperationException("gone");
        await page.LoadAsync();
        page.Failed.ShouldBeTrue();

        answer = () => Task.FromResult(true);
        await page.LoadAsync();
        page.Failed.ShouldBeFalse();
    }

    [Fact]
    public async Task Disposed_LoadsNothingMore()
    {
        page.Dispose();

        await page.LoadAsync();
        await house.MakeAsync();
        clock.Advance(LiveKeys.Interval);

        loads.ShouldBeEmpty();
    }

    private LiveLoad NewPage() =>
        new LiveLoads(new Somebody(() => KeyHouse.Admin()), house.Get<KeyFeed>(), clock, NullLogger<LiveLoad>.Instance).For(new LivePage(work => work(), () => drawn++, LoadAsync, MoveAsync));

    private Task<bool> LoadAsync(Caller caller, bool byItself, CancellationToken cancellationToken)
    {
        loads.Add(byItself);
        tokens.Add(cancellationToken);
        return answer();
    }

    private Task<bool> MoveAsync(Caller caller, IReadOnlySet<Guid>? ids)
    {
        moves.Add(ids);
        return moved();
    }

    /// <summary>A key that the page knows already.</summary>
    private async Task<ApiKeyView> MadeAsync()
    {
        var made = await house.MakeAsync();
        clock.Advance(LiveKeys.Interval);
        clock.Advance(LiveKeys.Interval);
        loads.Clear();
        drawn = 0;
        return made.Key;
    }
}
