using Microsoft.Extensions.Configuration;

namespace SalesOs.Dashboard.Access;

/// <summary>
/// Role → capabilities, from the section <c>Roles</c>: one string per role, capabilities separated by spaces.
/// (An array would merge with the defaults by index and could not be shortened.)
/// </summary>
public sealed class RoleMapping(IConfiguration configuration)
{
    public const string Section = "Roles";

    /// <summary>The capabilities of all roles together, read anew on each call so that a changed mapping acts on the next action.</summary>
    public IReadOnlySet<string> CapabilitiesOf(IEnumerable<string> roles)
    {
        var section = configuration.GetSection(Section);
        var capabilities = new HashSet<string>(StringComparer.Ordinal);
        foreach (var role in roles)
        {
            // A colon would reach into another section.
            if (!role.Contains(':', StringComparison.Ordinal) && section[role] is { } mapped)
            {
                capabilities.UnionWith(Split(mapped));
            }
        }

        return capabilities;
    }

    /// <summary>The roles that bring a capability, in the order of the alphabet: whom a page that is refused tells people to ask.</summary>
    public IReadOnlyList<string> RolesWith(string capability) =>
        [.. configuration.GetSection(Section).GetChildren()
            .Where(role => role.Value is not null && Split(role.Value).Contains(capability, StringComparer.Ordinal))
            .Select(role => role.Key)
            .Order(StringComparer.Ordinal)];

    /// <summary>One line per fault, each beginning with the setting's key; empty when all is well.</summary>
    public static IEnumerable<string> Faults(IConfiguration configuration)
    {
        foreach (var role in configuration.GetSection(Section).GetChildren())
        {
            if (role.Value is null)
            {
                yield return $"{role.Path}: write the role's capabilities as one string separated by spaces, not as a list.";
                continue;
            }

            foreach (var capability in Split(role.Value).Where(c => !Capabilities.All.Contains(c)))
            {
                yield return $"{role.Path}: unknown capability '{capability}'; known are {string.Join(", ", Capabilities.All.Order(StringComparer.Ordinal))}.";
            }
        }
    }

    private static string[] Split(string value) => value.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
