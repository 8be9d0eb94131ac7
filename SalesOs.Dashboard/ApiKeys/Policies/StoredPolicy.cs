using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.ApiKeys.Policies;

/// <summary>A tenant's policy as it is stored: one row, none before it was first set.</summary>
public sealed class StoredPolicy : ITenantOwned
{
    public required string TenantId { get; init; }

    /// <summary>Raised by each change; the <c>ETag</c> of the HTTP API, 0 before there is a row.</summary>
    public int Version { get; private set; }

    /// <summary><see cref="KeyPolicy"/> as the HTTP API writes it.</summary>
    public string Text { get; private set; } = "{}";

    public DateTimeOffset ChangedAt { get; private set; }

    /// <summary>A person's id (Audit room).</summary>
    public Guid? ChangedById { get; set; }

    /// <summary>Which of the reminders are out, one to a line: rule, date and days before it.</summary>
    public string Told { get; private set; } = "";

    private string[] Reminders => Told.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public KeyPolicy Policy => JsonSerializer.Deserialize<KeyPolicy>(Text, Envelope.Json)!;

    public void Change(KeyPolicy policy, DateTimeOffset now)
    {
        var before = Policy;
        (Text, ChangedAt) = (JsonSerializer.Serialize(policy, Envelope.Json), now);
        Version++;
        // Of a demand that catches more keys on the same date everything is said anew.
        var tightened = KeyPolicy.Rules.Where(rule => policy.Of(rule).IsStricterThan(before.Of(rule))).Select(rule => KeyPolicy.NameOf(rule) + " ").ToList();
        Told = string.Join('\n', Reminders.Where(told => !tightened.Exists(rule => told.StartsWith(rule, StringComparison.Ordinal))));
    }

    /// <summary>Whether a reminder has gone out.</summary>
    internal bool HasTold(PolicyRule rule, PolicyDemand demand, int daysBefore) => Reminders.Contains(Reminder(rule, demand, daysBefore), StringComparer.Ordinal);

    /// <summary>Of a reminder that is about to go out.</summary>
    /// <returns>False: it has gone out before.</returns>
    internal bool Tell(PolicyRule rule, PolicyDemand demand, int daysBefore)
    {
        if (HasTold(rule, demand, daysBefore))
        {
            return false;
        }

        // Of dates that a demand does not have any more nothing is asked again.
        var current = KeyPolicy.Rules.Select(r => FormattableString.Invariant($"{KeyPolicy.NameOf(r)} {Policy.Of(r).From?.ToUnixTimeMilliseconds()} ")).ToList();
        Told = string.Join('\n', [.. Reminders.Where(t => current.Exists(c => t.StartsWith(c, StringComparison.Ordinal))), Reminder(rule, demand, daysBefore)]);
        return true;
    }

    /// <summary>Only what differs, before and after, for the audit log.</summary>
    internal static JsonObject Difference(KeyPolicy before, KeyPolicy after) => KeyAudit.Difference(Say(before), Say(after));

    private static string Reminder(PolicyRule rule, PolicyDemand demand, int daysBefore) =>
        FormattableString.Invariant($"{KeyPolicy.NameOf(rule)} {demand.From?.ToUnixTimeMilliseconds()} {daysBefore}");

    private static JsonObject Say(KeyPolicy policy)
    {
        var said = new JsonObject();
        foreach (var rule in KeyPolicy.Rules)
        {
            var demand = policy.Of(rule);
            said[KeyPolicy.NameOf(rule)] = demand.Level == PolicyLevel.Off ? null : Texts(
                JsonNamingPolicy.SnakeCaseLower.ConvertName(demand.Level.ToString()),
                demand.Value?.ToString(CultureInfo.InvariantCulture),
                demand.From?.ToUniversalTime().ToString(UtcMillisecondsConverter.Format, CultureInfo.InvariantCulture));
        }

        said["second_person"] = Texts([.. policy.SecondPerson.Order().Select(act => JsonNamingPolicy.SnakeCaseLower.ConvertName(act.ToString()))]);
        return said;
    }

    private static JsonArray Texts(params string?[] texts) => [.. texts.OfType<string>().Select(text => JsonValue.Create(text))];
}

internal static class StoredPolicies
{
    /// <summary>What the context's tenant demands.</summary>
    public static async Task<KeyPolicy> PolicyAsync(this DashboardDbContext db, CancellationToken cancellationToken = default) =>
        (db.Set<StoredPolicy>().Local.FirstOrDefault() ?? await db.Set<StoredPolicy>().SingleOrDefaultAsync(cancellationToken))?.Policy ?? KeyPolicy.None;
}

internal sealed class StoredPolicyMapping : IEntityTypeConfiguration<StoredPolicy>
{
    public void Configure(EntityTypeBuilder<StoredPolicy> builder)
    {
        builder.ToTable("policies");
        builder.HasKey(p => p.TenantId);
        builder.Property(p => p.TenantId).HasMaxLength(64);
        builder.Property(p => p.Version).IsConcurrencyToken();
        builder.Ignore(p => p.Policy);
    }
}
