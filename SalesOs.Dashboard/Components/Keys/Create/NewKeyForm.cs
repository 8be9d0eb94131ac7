using System.Globalization;
using FluentValidation;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Components.Language;

namespace SalesOs.Dashboard.Components.Keys.Create;

/// <summary>What was typed and ticked for a new key, and what that asks of the service. The rules are <see cref="NewKeyValidator"/>'s; only the tick for full access is the dialog's own.</summary>
public sealed class NewKeyForm
{
    private static readonly char[] AddressSeparators = ['\n', '\r', '\t', ' ', ',', ';'];

    public string Name { get; set; } = "";

    public KeyEnvironment Environment { get; set; } = KeyEnvironment.Live;

    public ISet<string> ChosenScopes { get; } = new HashSet<string>(StringComparer.Ordinal);

    public bool FullAccessUnderstood { get; set; }

    /// <summary>As typed, grouping allowed: <c>1,000</c> in English, <c>1.000</c> in Portuguese.</summary>
    public string RateLimit { get; set; } = NewKey.DefaultRateLimit.ToString("N0", CultureInfo.CurrentCulture);

    public ExpiryChoice Expiry { get; set; } = ExpiryChoice.Days90;

    public DateOnly? ExpiryDate { get; set; }

    /// <summary>As typed: one address or block on each line, or with commas, semicolons or spaces between them.</summary>
    public string AllowedAddresses { get; set; } = "";

    public IReadOnlyList<string> Addresses => Split(AllowedAddresses);

    /// <summary>Those that something follows; the last one may still be under way.</summary>
    public IReadOnlyList<string> FinishedAddresses => Split(AllowedAddresses[..(AllowedAddresses.LastIndexOfAny(AddressSeparators) + 1)]);

    /// <summary>Null until the reader touches the switch: then the setting <c>Gate:SingleUse</c> decides.</summary>
    public bool? SingleUse { get; set; }

    public string Notes { get; set; } = "";

    /// <summary>All that is typed and chosen, to see whether something was.</summary>
    public string Content => string.Join(
        '\n',
        [Name, $"{Environment} {FullAccessUnderstood} {Expiry} {ExpiryDate} {SingleUse}", RateLimit, AllowedAddresses, Notes, .. ChosenScopes.Order(StringComparer.Ordinal)]);

    public bool AsksForFullAccess => ChosenScopes.Count == 0;

    /// <param name="zone">The reader's: a date means the end of that day where they are.</param>
    public NewKey ToNewKey(TimeZoneInfo zone) => new(
        Name.Trim(),
        Environment,
        [.. Scopes.All.Where(ChosenScopes.Contains)],
        TypedNumber.TryRead(RateLimit, CultureInfo.CurrentCulture, out var limit) ? limit : 0,
        Days,
        Expiry == ExpiryChoice.Date && ExpiryDate is { } date ? EndOf(date, zone) : null,
        Addresses,
        SingleUse,
        string.IsNullOrWhiteSpace(Notes) ? null : Notes.Trim());

    /// <summary>Lists the address on a line of its own, unless it stands there already.</summary>
    public void AddAddress(string address)
    {
        if (!Addresses.Contains(address, StringComparer.Ordinal))
        {
            AllowedAddresses = string.Join('\n', [.. Addresses, address]);
        }
    }

    /// <summary>A form filled in with another key's settings. Full access must be understood anew.</summary>
    /// <param name="name">The new key's.</param>
    public static NewKeyForm Like(ApiKeyView key, string name, TimeZoneInfo zone, DateTimeOffset now)
    {
        var form = new NewKeyForm
        {
            Name = name,
            Environment = key.Environment,
            RateLimit = key.RateLimit.ToString("N0", CultureInfo.CurrentCulture),
            AllowedAddresses = string.Join('\n', key.AllowedIps),
            SingleUse = key.SingleUse,
            Notes = key.Notes ?? "",
        };
        form.ChosenScopes.UnionWith(key.Scopes);
        (form.Expiry, form.ExpiryDate) = ExpiryLike(key, zone, now);
        return form;
    }

    public IReadOnlyList<RuleFault> Faults(IValidator<NewKey> rules, TimeZoneInfo zone)
    {
        List<RuleFault> faults = [.. WithTypingFaults(rules.Faults(ToNewKey(zone)))];
        if (AsksForFullAccess && !FullAccessUnderstood)
        {
            faults.Add(new RuleFault("scopes", "full_access_not_understood"));
        }

        if (Expiry == ExpiryChoice.Date && ExpiryDate is null)
        {
            faults.Add(new RuleFault("expires_at", "expires_at_required"));
        }

        return faults;
    }

    /// <summary>The rules' faults, but of a text that is no number what is wrong with the text.</summary>
    public IReadOnlyList<RuleFault> WithTypingFaults(IReadOnlyList<RuleFault> faults) =>
        TypedNumber.TryRead(RateLimit, CultureInfo.CurrentCulture, out _)
            ? [.. faults]
            : [.. faults.Where(f => f.Field != "rate_limit"), new RuleFault("rate_limit", "rate_limit_unreadable")];

    private int? Days => Expiry switch
    {
        ExpiryChoice.Days30 => 30,
        ExpiryChoice.Days60 => 60,
        ExpiryChoice.Days90 => 90,
        ExpiryChoice.OneYear => 365,
        ExpiryChoice.Date or ExpiryChoice.Never => null,
    };

    /// <summary>As long from now on as the other was given when it was made, where that is a choice; else until the same day.</summary>
    private static (ExpiryChoice Choice, DateOnly? Date) ExpiryLike(ApiKeyView key, TimeZoneInfo zone, DateTimeOffset now) => key.ExpiresAt switch
    {
        null => (ExpiryChoice.Never, null),
        { } end => Math.Round((end - key.CreatedAt).TotalDays) switch
        {
            30 => (ExpiryChoice.Days30, null),
            60 => (ExpiryChoice.Days60, null),
            90 => (ExpiryChoice.Days90, null),
            365 => (ExpiryChoice.OneYear, null),
            _ when end <= now => (ExpiryChoice.Days90, null),
            // A date means the end of that day: its last moment is still within it.
            _ => (ExpiryChoice.Date, DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(end.AddTicks(-1), zone).DateTime)),
        },
    };

    private static string[] Split(string addresses) => addresses.Split(AddressSeparators, StringSplitOptions.RemoveEmptyEntries);

    private static DateTimeOffset EndOf(DateOnly date, TimeZoneInfo zone)
    {
        if (date == DateOnly.MaxValue)
        {
            return DateTimeOffset.MaxValue;
        }

        var midnight = date.AddDays(1).ToDateTime(TimeOnly.MinValue);
        // Where daylight saving begins at midnight (as it did in Brazil) that hour does not exist.
        var local = zone.IsInvalidTime(midnight) ? midnight.AddHours(1) : midnight;
        return new DateTimeOffset(local, zone.GetUtcOffset(local)).ToUniversalTime();
    }
}
