using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.Tests.ApiKeys;

namespace SalesOs.Dashboard.Tests.Audit;

public sealed class RepeatedLinesTests : IDisposable
{
    private readonly FakeTimeProvider clock = new();
    private readonly LogLines log = new();
    private readonly ILoggerFactory loggers;
    private readonly RepeatedLines lines;
    private int written;

    public RepeatedLinesTests()
    {
        loggers = LoggerFactory.Create(logging => logging.AddProvider(log));
        lines = new RepeatedLines(clock, loggers.CreateLogger<RepeatedLines>());
    }

    public void Dispose()
    {
        lines.Dispose();
        loggers.Dispose();
    }

    [Fact]
    public void Flood_OfOneKind_IsOneLineAndOneAMinute()
    {
        Tell("a", 1000);
        Tell("b", 1);
        written.ShouldBe(2);

        clock.Advance(RepeatedLines.Window);
        log.All.Select(line => line.Text.Trim()).ShouldBe(["a: 999 more within a minute."]);

        Tell("a", 5);
        written.ShouldBe(2, "the flood goes on");
        clock.Advance(RepeatedLines.Window);
        log.All.Select(line => line.Text.Trim()).ShouldBe(["a: 999 more within a minute.", "a: 5 more within a minute."]);
    }

    [Fact]
    public void Kind_ThatHasBeenQuietForAMinute_IsWrittenAtOnceAgain()
    {
        Tell("a", 1);
        clock.Advance(RepeatedLines.Window);
        Tell("a", 1);

        written.ShouldBe(2);
        log.All.ShouldBeEmpty();
    }

    [Fact]
    public void Stop_WritesWhatWasCounted()
    {
        Tell("a", 3);
        lines.Dispose();

        log.All.Select(line => line.Text.Trim()).ShouldBe(["a: 2 more within a minute."]);
    }

    private void Tell(string kind, int times)
    {
        for (var i = 0; i < times; i++)
        {
            lines.Tell(kind, () => written++);
        }
    }
}
