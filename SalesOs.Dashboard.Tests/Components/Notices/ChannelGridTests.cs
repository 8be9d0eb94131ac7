using Bunit;
using Microsoft.Extensions.DependencyInjection;
using SalesOs.Dashboard.Components.Notices;
using SalesOs.Dashboard.Notices;

namespace SalesOs.Dashboard.Tests.Components.Notices;

public class ChannelGridTests : ComponentHouse
{
    public ChannelGridTests() => Services.AddScoped<EventWords>();

    [Fact]
    public async Task Ticks_MadeWhileOneIsUnderWay_FollowItInTheirOrder()
    {
        var (chosen, first) = (new List<NoticeChannels>(), new TaskCompletionSource());
        var grid = Render<ChannelGrid>(p => p
            .Add(g => g.CanManage, true)
            .Add(g => g.Chosen, Enum.GetValues<NoticeEvent>().ToDictionary(what => what, _ => NoticeChannels.None))
            .Add(g => g.Choose, (_, channels) =>
            {
                chosen.Add(channels);
                return chosen.Count == 1 ? first.Task : Task.CompletedTask;
            }));

        var email = Tick(0).ChangeAsync(true);
        var bell = Tick(2).ChangeAsync(true);
        chosen.ShouldBe([NoticeChannels.Email]);
        first.SetResult();
        await Task.WhenAll(email, bell);

        chosen.ShouldBe([NoticeChannels.Email, NoticeChannels.Email | NoticeChannels.Bell]);

        AngleSharp.Dom.IElement Tick(int channel) => grid.FindAll("tbody tr:first-of-type input")[channel];
    }
}
