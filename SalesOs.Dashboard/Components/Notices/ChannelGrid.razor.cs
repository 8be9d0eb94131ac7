using Microsoft.AspNetCore.Components;
using SalesOs.Dashboard.Notices;

namespace SalesOs.Dashboard.Components.Notices;

/// <summary>Of what the tenant is told by which channel. A tick holds at once; those made while one is under way follow it.</summary>
public sealed partial class ChannelGrid
{
    private static readonly NoticeChannels[] Channels = [NoticeChannels.Email, NoticeChannels.Webhook, NoticeChannels.Bell];

    private readonly Dictionary<NoticeEvent, NoticeChannels> asked = [];
    private Task last = Task.CompletedTask;

    [Parameter, EditorRequired]
    public IReadOnlyDictionary<NoticeEvent, NoticeChannels> Chosen { get; set; } = new Dictionary<NoticeEvent, NoticeChannels>();

    [Parameter]
    public bool CanManage { get; set; }

    /// <summary>Chooses the channels of an event.</summary>
    [Parameter, EditorRequired]
    public Func<NoticeEvent, NoticeChannels, Task> Choose { get; set; } = null!;

    protected override void OnParametersSet()
    {
        foreach (var (what, _) in asked.Where(one => Chosen.GetValueOrDefault(one.Key) == one.Value).ToList())
        {
            asked.Remove(what);
        }
    }

    private Task ChooseAsync(NoticeEvent what, NoticeChannels channel, bool on)
    {
        // Of two ticks in one row the second adds to the first, which the page may not show yet.
        var before = asked.TryGetValue(what, out var underWay) ? underWay : Chosen[what];
        var wanted = asked[what] = on ? before | channel : before & ~channel;
        return last = AfterAsync(last);

        async Task AfterAsync(Task earlier)
        {
            await earlier;
            await Choose(what, wanted);
        }
    }
}
