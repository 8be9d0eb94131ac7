using System.Globalization;

namespace SalesOs.Dashboard.Persistence;

/// <summary>A setting, declared once: what reads it, what checks it at start and the table of the README follow from here.</summary>
/// <param name="Name">Such as <c>Gate:WindowSeconds</c>.</param>
public abstract record Setting(string Name)
{
    /// <summary>One line that begins with the name; null when the value is right.</summary>
    public abstract string? Fault(IConfiguration configuration);
}

/// <summary>A whole number.</summary>
/// <param name="Default">Its value when it is not set.</param>
/// <param name="Most"><see cref="int.MaxValue"/>: there is no upper bound to speak of.</param>
/// <param name="LeastMeans">What the lowest value does, when that is something else than the others do.</param>
public sealed record NumberSetting(string Name, long Default, long Least, long Most = int.MaxValue, string? LeastMeans = null) : Setting(Name)
{
    /// <summary>The value of a setting without a fault.</summary>
    public long Of(IConfiguration configuration) => configuration[Name] is { } text ? long.Parse(text, CultureInfo.InvariantCulture) : Default;

    /// <summary>As <see cref="Of"/>, for a range within an <see cref="int"/>.</summary>
    public int IntOf(IConfiguration configuration) => (int)Of(configuration);

    public override string? Fault(IConfiguration configuration)
    {
        if (configuration[Name] is not { } text
            || (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= Least && value <= Most))
        {
            return null;
        }

        var from = LeastMeans is null ? Least.ToString(CultureInfo.InvariantCulture) : FormattableString.Invariant($"{Least}, which {LeastMeans},");
        return Most == int.MaxValue
            ? $"{Name}: write a whole number from {from}."
            : FormattableString.Invariant($"{Name}: write a whole number from {from} to {Most}.");
    }
}

/// <summary>Either <c>true</c> or <c>false</c>.</summary>
/// <param name="Default">Its value when it is not set.</param>
public sealed record FlagSetting(string Name, bool Default) : Setting(Name)
{
    /// <summary>The value of a setting without a fault.</summary>
    public bool Of(IConfiguration configuration) => configuration[Name] is { } text ? bool.Parse(text) : Default;

    public override string? Fault(IConfiguration configuration) =>
        configuration[Name] is not { } text || bool.TryParse(text, out _) ? null : $"{Name}: write true or false.";
}
