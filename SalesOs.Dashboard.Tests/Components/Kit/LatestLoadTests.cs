using SalesOs.Dashboard.Components.Kit;

namespace SalesOs.Dashboard.Tests.Components.Kit;

public sealed class LatestLoadTests : IDisposable
{
    private readonly LatestLoad latest = new();
    private readonly TaskCompletionSource answer = new();

    public void Dispose() => latest.Dispose();

    [Fact]
    public async Task Run_WhileAnotherIsUnderWay_GivesThatUpWhateverComesOfIt()
    {
        CancellationToken first = default;
        var overtaken = latest.RunAsync(async cancelled =>
        {
            first = cancelled;
            await answer.Task;
        });
        var second = new TaskCompletionSource();
        var next = latest.RunAsync(_ => second.Task);

        first.IsCancellationRequested.ShouldBeTrue();
        answer.SetException(new InvalidOperationException("the connection was cut"));
        await overtaken;
        latest.IsUnderWay.ShouldBeTrue();
        second.SetResult();
        await next;
        latest.IsUnderWay.ShouldBeFalse();
    }

    [Fact]
    public async Task Run_ThatFails_SaysSoAndIsOver()
    {
        await Should.ThrowAsync<InvalidOperationException>(() => latest.RunAsync(_ => throw new InvalidOperationException("gone")));

        latest.IsUnderWay.ShouldBeFalse();
    }

    [Fact]
    public async Task Dispose_GivesUpWhatIsUnderWay()
    {
        CancellationToken token = default;
        var loading = latest.RunAsync(async cancelled =>
        {
            token = cancelled;
            await answer.Task.WaitAsync(cancelled);
        });

        latest.Dispose();

        await loading;
        token.IsCancellationRequested.ShouldBeTrue();
    }
}
