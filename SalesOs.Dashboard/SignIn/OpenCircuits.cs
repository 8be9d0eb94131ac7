namespace SalesOs.Dashboard.SignIn;

/// <summary>The pages that are open now, or were a moment ago and may come back; bounded per person by <c>Session:CircuitsPerUser</c>.</summary>
internal sealed class OpenCircuits
{
    private readonly SignInSettings settings;
    private readonly SignInMetrics metrics;
    private readonly HashSet<OpenCircuit> open = [];
    private readonly Lock sync = new();

    public OpenCircuits(SignInSettings settings, SignInMetrics metrics)
    {
        this.settings = settings;
        this.metrics = metrics;
        metrics.Watch(this);
    }

    public int Count
    {
        get
        {
            lock (sync)
            {
                return open.Count;
            }
        }
    }

    /// <summary>The sessions that have a page open.</summary>
    public IReadOnlySet<string> SessionIds
    {
        get
        {
            lock (sync)
            {
                return open.Where(c => c.Ended is null).Select(c => c.SessionId!).ToHashSet(StringComparer.Ordinal);
            }
        }
    }

    /// <summary>Takes a new page in. Beyond the limit the person's longest untouched one goes, those first whose connection is lost.</summary>
    public void Add(OpenCircuit circuit)
    {
        lock (sync)
        {
            open.Add(circuit);
            metrics.Opened();
            var mine = open.Where(c => c.Subject == circuit.Subject && c.Ended is null).ToList();
            if (mine.Count > settings.CircuitsPerUser)
            {
                mine.Where(c => c != circuit).OrderByDescending(c => c.IsLost).ThenBy(c => c.ActedAt).First().End(Termination.TooManyPages);
            }
        }
    }

    public void Remove(OpenCircuit circuit)
    {
        lock (sync)
        {
            if (open.Remove(circuit))
            {
                metrics.Closed(circuit.Ended);
            }
        }
    }

    /// <summary>Ends the pages of a session that show another tenant than the one that it acts in.</summary>
    public void EndOutside(string sessionId, string? tenant)
    {
        lock (sync)
        {
            foreach (var circuit in open.Where(c => c.SessionId == sessionId && c.Tenant != tenant))
            {
                circuit.End(Termination.TenantChanged);
            }
        }
    }

    /// <summary>Ends every page of a session.</summary>
    public void End(string sessionId, Termination why)
    {
        lock (sync)
        {
            foreach (var circuit in open.Where(c => c.SessionId == sessionId))
            {
                circuit.End(why);
            }
        }
    }
}
