namespace SalesOs.Dashboard.SignIn;

/// <content>What is done round by round, and how sessions end.</content>
internal sealed partial class Sessions
{
    /// <summary>Writes what is not written yet: which sessions were used, and which have ended here while the database could not be written.</summary>
    internal Task WriteAsync() => notes.WriteAsync();

    /// <summary>Looks whether the sessions of the pages that are open here go on, wherever they were ended or changed.</summary>
    internal async Task WatchPagesAsync()
    {
        var open = circuits.SessionIds;
        if (open.Count == 0)
        {
            return;
        }

        var at = time.GetTimestamp();
        var states = (await rows.StatesAsync(open.Select(Guid.Parse))).ToDictionary(s => s.Id.ToString(), StringComparer.Ordinal);
        foreach (var id in open)
        {
            if (states.GetValueOrDefault(id) is not { Ended: null } state)
            {
                circuits.End(id, states.GetValueOrDefault(id)?.Ended ?? Termination.SignedOut);
                continue;
            }

            circuits.EndOutside(id, state.Tenant);
            if (seen.TryGetValue(state.Id, out var last) && last.Session.Version == state.Version)
            {
                seen.TryUpdate(state.Id, new Seen(new Session(last.Session, state), at), last);
            }
        }
    }

    /// <summary>Ends whatever is past its limits, and forgets what has ended. They hold without this; it is for the pages that nobody touches.</summary>
    internal async Task SweepAsync()
    {
        var now = time.GetUtcNow();
        foreach (var past in (await rows.PastAsync(now - settings.Absolute, now - settings.Idle))
            .Select(s => (s.Id, End: EndOf(s.StartedAt, notes.UsedAt(s.Id, s.UsedAt), now)))
            .Where(s => s.End is not null)
            .GroupBy(s => s.End!.Value, s => s.Id))
        {
            await EndAsync([.. past], past.Key);
        }

        await rows.ForgetAsync();
        notes.Forget();
        foreach (var (id, last) in seen)
        {
            if (time.GetElapsedTime(last.At) > SessionRows.Kept)
            {
                seen.TryRemove(id, out _);
            }
        }
    }

    private async Task EndAsync(IReadOnlyCollection<Guid> ids, Termination why)
    {
        foreach (var id in ids)
        {
            Note(id, why, written: false);
        }

        try
        {
            await notes.WriteEndsAsync();
        }
        catch (Exception fault) when (IsUnreadable(fault))
        {
            LogNotWritten(SignInEvents.OneLine(fault));
        }
    }

    /// <summary>From here on the session opens nothing in this process, and its pages end.</summary>
    private void Note(Guid id, Termination why, bool written)
    {
        if (notes.End(id, why, written))
        {
            seen.TryRemove(id, out _);
            circuits.End(id.ToString(), why);
        }
    }

    [LoggerMessage(4024, LogLevel.Error, "The end of sessions could not be written; they have ended in this process, and it is tried again. {Fault}")]
    private partial void LogNotWritten(string fault);
}
