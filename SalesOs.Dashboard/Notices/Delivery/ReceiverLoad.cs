namespace SalesOs.Dashboard.Notices.Delivery;

/// <summary>
/// How many tries run at a time: of one receiver, of one tenant and in all. A receiver whose latest try failed, or that is not known yet, gets one at a time and leaves places
/// to those that answer, in its tenant and in all, so that nobody who hangs holds up anybody else. One thread at a time.
/// </summary>
internal sealed class ReceiverLoad(TimeProvider clock)
{
    public const int MostInAll = 1024;

    /// <summary>More than a tenant has webhooks.</summary>
    public const int MostPerTenant = 32;

    public const int MostPerReceiver = 4;

    /// <summary>Of <see cref="MostInAll"/>, for receivers that were not tried since the start.</summary>
    public const int MostUnknown = 512;

    /// <summary>Of <see cref="MostInAll"/>, for receivers whose latest try failed.</summary>
    public const int MostFailed = 256;

    /// <summary>Of <see cref="MostPerTenant"/>, for receivers of both kinds.</summary>
    public const int MostUnprovenPerTenant = 24;

    private const int MostRemembered = 10_000;

    /// <summary>After a try that failed.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(1);

    private readonly Dictionary<Guid, Receiver> receivers = [];
    private readonly Dictionary<string, Tenant> tenants = new(StringComparer.Ordinal);
    private readonly int[] inFlight = new int[Enum.GetValues<Standing>().Length];

    private enum Standing
    {
        Unknown,
        Failed,
        Proven,
    }

    public int InFlight => inFlight.Sum();

    /// <summary>Takes places for tries of one receiver; each is given back by <see cref="Ended"/> or <see cref="Free"/>.</summary>
    public int Take(DueReceiver receiver)
    {
        var known = receivers.GetValueOrDefault(receiver.Id) ?? new Receiver();
        var tenant = tenants.GetValueOrDefault(receiver.TenantId) ?? new Tenant();
        var most = Math.Min(MostPerTenant - tenant.InFlight, MostInAll - InFlight);
        most = known.Standing switch
        {
            Standing.Proven => Math.Min(most, MostPerReceiver - known.InFlight),
            Standing.Unknown => Math.Min(most, Unproven(known, tenant, MostUnknown)),
            Standing.Failed => Math.Min(most, Unproven(known, tenant, MostFailed)),
        };
        if (most <= 0 || known.RestsUntil > clock.GetUtcNow())
        {
            return 0;
        }

        (receivers[receiver.Id], tenants[receiver.TenantId]) = (known, tenant);
        Count(known, receiver.TenantId, most);
        return most;
    }

    /// <summary>Gives places back that were not used.</summary>
    public void Free(DueReceiver receiver, int places)
    {
        if (places > 0)
        {
            Count(receivers[receiver.Id], receiver.TenantId, -places);
        }
    }

    /// <param name="hasSucceeded">Null: it was not tried.</param>
    public void Ended(Letter letter, bool? hasSucceeded)
    {
        var known = receivers[letter.ReceiverId];
        Count(known, letter.TenantId, -1);
        if (hasSucceeded is { } succeeded)
        {
            // Those that are under way change their kind with it.
            var (places, tenant) = (known.InFlight, letter.TenantId);
            Count(known, tenant, -places);
            known.Standing = succeeded ? Standing.Proven : Standing.Failed;
            Count(known, tenant, places);
            known.RestsUntil = succeeded ? default : clock.GetUtcNow() + Rest;
        }

        if (receivers.Count > MostRemembered)
        {
            foreach (var (idle, _) in receivers.Where(one => one.Value.InFlight == 0).ToList())
            {
                receivers.Remove(idle);
            }
        }
    }

    private int Unproven(Receiver receiver, Tenant tenant, int most) =>
        Math.Min(Math.Min(1 - receiver.InFlight, most - inFlight[(int)receiver.Standing]), MostUnprovenPerTenant - tenant.Unproven);

    private void Count(Receiver receiver, string name, int places)
    {
        var tenant = tenants.GetValueOrDefault(name) ?? (tenants[name] = new Tenant());
        receiver.InFlight += places;
        inFlight[(int)receiver.Standing] += places;
        tenant.InFlight += places;
        tenant.Unproven += receiver.Standing == Standing.Proven ? 0 : places;
        if (tenant.InFlight == 0)
        {
            tenants.Remove(name);
        }
    }

    private sealed class Receiver
    {
        public int InFlight { get; set; }

        public Standing Standing { get; set; }

        public DateTimeOffset RestsUntil { get; set; }
    }

    private sealed class Tenant
    {
        public int InFlight { get; set; }

        public int Unproven { get; set; }
    }
}
