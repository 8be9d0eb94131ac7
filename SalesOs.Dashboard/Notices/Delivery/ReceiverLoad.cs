namespace SalesOs.Dashboard.Notices.Delivery;

/// <summary>
/// How many tries run at a time: of one receiver, of one tenant and in all. A receiver that has just failed, or is not known yet, gets one at a time and leaves a part of the
/// places to those that answer, so that nobody who hangs holds up anybody else. One thread at a time.
/// </summary>
internal sealed class ReceiverLoad(TimeProvider clock)
{
    public const int MostInAll = 256;
    public const int MostPerTenant = 16;
    public const int MostPerReceiver = 4;

    /// <summary>Of <see cref="MostInAll"/>, for receivers whose latest try did not succeed.</summary>
    private const int MostUnproven = 192;

    /// <summary>After a try that failed.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(1);

    private readonly Dictionary<Guid, Receiver> receivers = [];
    private readonly Dictionary<string, int> tenants = new(StringComparer.Ordinal);
    private int inAll;
    private int unproven;

    public int InFlight => inAll;

    /// <summary>Takes places for tries of one receiver; each is given back by <see cref="Ended"/> or <see cref="Free"/>.</summary>
    public int Take(DueReceiver receiver)
    {
        var known = receivers.GetValueOrDefault(receiver.Id) ?? new Receiver();
        var most = Math.Min(MostPerTenant - tenants.GetValueOrDefault(receiver.TenantId), MostInAll - inAll);
        most = Math.Min(most, known.IsProven ? MostPerReceiver - known.InFlight : Math.Min(1 - known.InFlight, MostUnproven - unproven));
        if (most <= 0 || known.RestsUntil > clock.GetUtcNow())
        {
            return 0;
        }

        receivers[receiver.Id] = known;
        Count(known, receiver.TenantId, most);
        return most;
    }

    /// <summary>Gives places back that were not used.</summary>
    public void Free(DueReceiver receiver, int places)
    {
        if (places > 0)
        {
            Count(receivers[receiver.Id], receiver.TenantId, -places);
            Forget(receiver.Id);
        }
    }

    /// <param name="hasSucceeded">Null: it was not tried.</param>
    public void Ended(Letter letter, bool? hasSucceeded)
    {
        var known = receivers[letter.ReceiverId];
        Count(known, letter.TenantId, -1);
        if (hasSucceeded is { } succeeded && succeeded != known.IsProven)
        {
            unproven += succeeded ? -known.InFlight : known.InFlight;
            known.IsProven = succeeded;
        }

        known.RestsUntil = hasSucceeded == false ? clock.GetUtcNow() + Rest : known.RestsUntil;
        Forget(letter.ReceiverId);
    }

    private void Count(Receiver receiver, string tenant, int places)
    {
        receiver.InFlight += places;
        inAll += places;
        unproven += receiver.IsProven ? 0 : places;
        if ((tenants[tenant] = tenants.GetValueOrDefault(tenant) + places) == 0)
        {
            tenants.Remove(tenant);
        }
    }

    /// <summary>What a stranger would get as well needs not be remembered.</summary>
    private void Forget(Guid id)
    {
        if (receivers[id] is { InFlight: 0, IsProven: false } known && known.RestsUntil <= clock.GetUtcNow())
        {
            receivers.Remove(id);
        }
    }

    private sealed class Receiver
    {
        public int InFlight { get; set; }

        public bool IsProven { get; set; }

        public DateTimeOffset RestsUntil { get; set; }
    }
}
