using System.Globalization;

namespace SalesOs.Dashboard.Hosting;

/// <summary>Where somebody who has found a weakness may tell of it: <c>/.well-known/security.txt</c> (RFC 9116), there once <c>Site:SecurityContact</c> is set.</summary>
internal static class SecurityContact
{
    private const string Setting = "Site:SecurityContact";

    /// <summary>The standard wants less than a year; the file is made anew each day.</summary>
    private static readonly TimeSpan Holds = TimeSpan.FromDays(180);

    /// <summary>One line per fault, each beginning with the setting's key.</summary>
    public static IEnumerable<string> Faults(IConfiguration configuration)
    {
        if (configuration[Setting] is { Length: > 0 } contact
            && !(System.Text.Ascii.IsValid(contact)
                && !contact.Any(c => char.IsControl(c) || c == ' ')
                && Uri.TryCreate(contact, UriKind.Absolute, out var address)
                && address.Scheme is "https" or "mailto" or "tel"))
        {
            yield return $"{Setting}: write an address such as mailto:security@example.com or https://example.com/security.";
        }
    }

    public static void MapSecurityContact(this WebApplication app)
    {
        if (app.Configuration[Setting] is not { Length: > 0 } contact)
        {
            return;
        }

        var clock = app.Services.GetRequiredService<TimeProvider>();
        app.MapGet("/.well-known/security.txt", () => Results.Text(TextOf(contact, clock.GetUtcNow()), "text/plain; charset=utf-8")).AllowAnonymous().ExcludeFromDescription();
    }

    private static string TextOf(string contact, DateTimeOffset now) => string.Create(
        CultureInfo.InvariantCulture, $"Contact: {contact}\nExpires: {now.UtcDateTime.Date + Holds:yyyy-MM-dd'T'HH:mm:ss'Z'}\nPreferred-Languages: en, pt-BR\n");
}
