using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Components.Language;

namespace SalesOs.Dashboard.Components.KeyList.More;

/// <summary>What a list of keys is narrowed to beside the usual filters, as it stands in the address, under the names that the HTTP API gives it. Days are the reader's.</summary>
public sealed record KeyTraitsAddress
{
    /// <summary>In code points.</summary>
    public const int MaxMakerLength = 200;

    public static readonly KeyTraitsAddress None = new();

    public bool FullAccess { get; init; }

    public bool NeverExpires { get; init; }

    public bool AnyAddress { get; init; }

    /// <summary>What the person who made the keys is called.</summary>
    public string? MadeBy { get; init; }

    /// <summary>What the person or team is called that owns the keys.</summary>
    public string? Owner { get; init; }

    public bool WithoutOwner { get; init; }

    public DateOnly? UsedSince { get; init; }

    public DateOnly? UnusedSince { get; init; }

    public DateOnly? ExpiresBefore { get; init; }

    /// <summary>How many are chosen.</summary>
    public int Count => Said().Count(one => one.Value is not null);

    /// <param name="said">Gives what the address says under a name; null: nothing.</param>
    public static KeyTraitsAddress Parse(Func<string, string?> said)
    {
        return new KeyTraitsAddress
        {
            FullAccess = said("full_access") == "true",
            NeverExpires = said("never_expires") == "true",
            AnyAddress = said("any_address") == "true",
            MadeBy = Called(said("created_by")),
            Owner = Called(said("owner")),
            WithoutOwner = said("without_owner") == "true",
            UsedSince = LocalDay.Parse(said("used_since")),
            UnusedSince = LocalDay.Parse(said("unused_since")),
            ExpiresBefore = LocalDay.Parse(said("expires_before")),
        };
    }

    /// <summary>Names and values for the address; null: not said.</summary>
    public IEnumerable<KeyValuePair<string, string?>> Said() =>
    [
        new("full_access", Flag(FullAccess)),
        new("never_expires", Flag(NeverExpires)),
        new("any_address", Flag(AnyAddress)),
        new("created_by", MadeBy),
        new("owner", Owner),
        new("without_owner", Flag(WithoutOwner)),
        new("used_since", LocalDay.Text(UsedSince)),
        new("unused_since", LocalDay.Text(UnusedSince)),
        new("expires_before", LocalDay.Text(ExpiresBefore)),
    ];

    /// <param name="zone">Where the days begin.</param>
    public KeyTraits ToTraits(TimeZoneInfo zone) => new()
    {
        FullAccess = FullAccess ? true : null,
        NeverExpires = NeverExpires ? true : null,
        AnyAddress = AnyAddress ? true : null,
        MadeBy = MadeBy,
        Owner = Owner,
        WithoutOwner = WithoutOwner ? true : null,
        UsedSince = LocalDay.Start(UsedSince, zone),
        UnusedSince = LocalDay.Start(UnusedSince, zone),
        ExpiresBefore = LocalDay.Start(ExpiresBefore, zone),
    };

    private static string? Called(string? text) =>
        text?.Trim() is { Length: > 0 } name && !name.Any(char.IsControl) ? Answers.CodePoints.Cut(name, MaxMakerLength) : null;

    private static string? Flag(bool set) => set ? "true" : null;
}
