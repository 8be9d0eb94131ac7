using System.Globalization;
using SalesOs.Dashboard.Answers;

namespace SalesOs.Dashboard.ApiKeys;

/// <summary>What else a list of keys is narrowed to: what somebody looks for who reviews how keys are used. What is null is not asked for.</summary>
public sealed record KeyTraits
{
    public static readonly KeyTraits None = new();

    /// <summary>True: keys without a scope, which open everything; false: the others.</summary>
    public bool? FullAccess { get; init; }

    /// <summary>True: keys without an expiry; false: the others.</summary>
    public bool? NeverExpires { get; init; }

    /// <summary>True: keys that may be used from any address; false: the others.</summary>
    public bool? AnyAddress { get; init; }

    /// <summary>Who made them: a person's id, subject, e-mail address or name.</summary>
    public string? MadeBy { get; init; }

    /// <summary>Who owns them: a person's or a team's id, subject, e-mail address or name.</summary>
    public string? Owner { get; init; }

    /// <summary>True: keys whose owner has left or was erased; false: the others.</summary>
    public bool? WithoutOwner { get; init; }

    /// <summary>Used at this moment or after it.</summary>
    public DateTimeOffset? UsedSince { get; init; }

    /// <summary>Not used at this moment or after it, or never.</summary>
    public DateTimeOffset? UnusedSince { get; init; }

    /// <summary>Expires, or has expired, before this moment.</summary>
    public DateTimeOffset? ExpiresBefore { get; init; }

    /// <summary>Those that are asked for, by the names that the HTTP API gives them; who made or owns the keys is left out, as it names a person.</summary>
    internal IEnumerable<string> Said()
    {
        (string Name, string? Value)[] all =
        [
            ("full_access", Text(FullAccess)), ("never_expires", Text(NeverExpires)), ("any_address", Text(AnyAddress)), ("without_owner", Text(WithoutOwner)),
            ("used_since", Text(UsedSince)), ("unused_since", Text(UnusedSince)), ("expires_before", Text(ExpiresBefore)),
        ];
        return all.Where(one => one.Value is not null).Select(one => $"{one.Name}={one.Value}");
    }

    private static string? Text(bool? flag) => flag switch { null => null, true => "true", false => "false" };

    private static string? Text(DateTimeOffset? at) => at?.ToUniversalTime().ToString(UtcMillisecondsConverter.Format, CultureInfo.InvariantCulture);
}
