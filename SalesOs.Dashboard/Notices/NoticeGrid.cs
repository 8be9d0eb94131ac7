using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.Notices;

/// <summary>By which channels a tenant is told of what. Seeing needs <c>admin.integrations</c> or <c>audit.integrations</c>, choosing <c>admin.integrations</c>.</summary>
public sealed class NoticeGrid(Database database, AuditLog audit, NoticeFeed feed)
{
    /// <summary>Every event that can be chosen, in the order of <see cref="NoticeEvents.Choices"/>.</summary>
    public async Task<Result<IReadOnlyDictionary<NoticeEvent, NoticeChannels>>> GetAsync(Caller caller, CancellationToken cancellationToken = default)
    {
        if (!caller.CanSeeKeys)
        {
            return Error.Missing(Capabilities.AuditIntegrations);
        }

        await using var db = database.Read(caller.TenantId);
        return Result<IReadOnlyDictionary<NoticeEvent, NoticeChannels>>.Of(WithDefaults(await db.Set<NoticeChoice>().ToListAsync(cancellationToken)));
    }

    /// <summary>Chooses for these events; the others stay.</summary>
    public async Task<Result<Nothing>> ChooseAsync(IReadOnlyDictionary<NoticeEvent, NoticeChannels> chosen, Caller caller, CancellationToken cancellationToken = default)
    {
        if (!caller.CanManageKeys)
        {
            return Error.Missing(Capabilities.AdminIntegrations);
        }

        return await database.WriteAsync<Result<Nothing>>(
            caller.TenantId,
            async db =>
            {
                var rows = await db.Set<NoticeChoice>().ToDictionaryAsync(c => c.Event);
                var before = WithDefaults(rows.Values);
                var (was, became) = (new JsonObject(), new JsonObject());
                foreach (var (what, channels) in chosen.Where(one => NoticeEvents.Choices.Contains(one.Key) && before[one.Key] != (one.Value & NoticeChannels.All)).OrderBy(one => one.Key))
                {
                    var sound = channels & NoticeChannels.All;
                    was[NoticeEvents.NameOf(what)] = Words(before[what]);
                    became[NoticeEvents.NameOf(what)] = Words(sound);
                    if (rows.TryGetValue(what, out var row))
                    {
                        row.Channels = sound;
                    }
                    else
                    {
                        db.Add(new NoticeChoice { TenantId = caller.TenantId, Event = what, Channels = sound });
                    }
                }

                if (became.Count > 0)
                {
                    await audit.AppendAsync(db, new AuditEvent(AuditActions.NoticesChosen, Detail: new JsonObject { ["before"] = was, ["after"] = became }), caller);
                    await feed.TellAsync(db, caller.TenantId);
                }

                return default(Nothing);
            },
            cancellationToken: cancellationToken);
    }

    /// <summary>What holds where these were chosen.</summary>
    internal static Dictionary<NoticeEvent, NoticeChannels> WithDefaults(IEnumerable<NoticeChoice> chosen)
    {
        var all = NoticeEvents.Choices.ToDictionary(what => what, NoticeEvents.DefaultOf);
        foreach (var choice in chosen)
        {
            all[choice.Event] = choice.Channels;
        }

        return all;
    }

    private static string Words(NoticeChannels channels) => string.Join(' ', ((NoticeChannels[])[NoticeChannels.Email, NoticeChannels.Webhook, NoticeChannels.Bell])
        .Where(one => channels.HasFlag(one)).Select(one => one.ToString().ToLowerInvariant()));
}
