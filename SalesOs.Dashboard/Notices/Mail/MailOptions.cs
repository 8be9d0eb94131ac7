using MailKit.Security;
using MimeKit;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.Notices.Mail;

/// <summary>How the connection to the mail server is kept from being read.</summary>
public enum MailSecurity
{
    /// <summary>It begins in clear and must become TLS before anything is said.</summary>
    StartTls,

    /// <summary>TLS from the first byte.</summary>
    Tls,

    /// <summary>None: for a relay on this machine or in one's own network.</summary>
    None,
}

/// <param name="Host">Null: there is no mail, and the rest works without.</param>
/// <param name="User">Null: nobody signs in there.</param>
/// <param name="Sender">Whom mail comes from; set where <paramref name="Host"/> is.</param>
public sealed record MailOptions(string? Host, int Port, MailSecurity Security, string? User, string? Password, MailboxAddress? Sender)
{
    private const string HostSetting = "Mail:Host";
    private const string SecuritySetting = "Mail:Security";
    private const string UserSetting = "Mail:User";
    private const string PasswordSetting = "Mail:Password";
    private const string FromSetting = "Mail:From";

    private static readonly NumberSetting PortSetting = new("Mail:Port", 587, 1, 65_535);

    public static IReadOnlyList<Setting> Settings { get; } = [PortSetting];

    public static MailOptions From(IConfiguration configuration) => new(
        Given(configuration, HostSetting),
        PortSetting.IntOf(configuration),
        Given(configuration, SecuritySetting) is { } security ? Enum.Parse<MailSecurity>(security, ignoreCase: true) : MailSecurity.StartTls,
        Given(configuration, UserSetting),
        Given(configuration, PasswordSetting),
        Given(configuration, FromSetting) is { } from ? MailboxAddress.Parse(from) : null);

    /// <summary>One line per fault, each beginning with the setting's key; never the password.</summary>
    public static IEnumerable<string> Faults(IConfiguration configuration)
    {
        var (host, user, password, from) = (Given(configuration, HostSetting), Given(configuration, UserSetting), Given(configuration, PasswordSetting), Given(configuration, FromSetting));
        if (host is not null && Uri.CheckHostName(host) == UriHostNameType.Unknown)
        {
            yield return $"{HostSetting}: '{host}' is not the name of a server, such as smtp.example.com.";
        }

        var security = Given(configuration, SecuritySetting);
        if (security is not null && !Enum.GetNames<MailSecurity>().Contains(security, StringComparer.OrdinalIgnoreCase))
        {
            yield return $"{SecuritySetting}: write one of {string.Join(", ", Enum.GetNames<MailSecurity>())}.";
        }
        else if (password is not null && string.Equals(security, nameof(MailSecurity.None), StringComparison.OrdinalIgnoreCase))
        {
            yield return $"{SecuritySetting}: {security} would send Mail:Password in clear; write StartTls or Tls.";
        }

        if ((user is null) != (password is null))
        {
            yield return user is null ? $"{PasswordSetting}: it needs {UserSetting} beside it." : $"{UserSetting}: it needs {PasswordSetting} beside it.";
        }

        if (from is not null && !(MailboxAddress.TryParse(from, out var mailbox) && MailAddress.IsOne(mailbox.Address)))
        {
            yield return $"{FromSetting}: '{from}' is not an address such as SalesOS <notices@example.com>.";
        }

        if (host is not null && from is null)
        {
            yield return $"{FromSetting}: write who mail comes from, such as SalesOS <notices@example.com>; {HostSetting} is set.";
        }

        // Without it a mail could not say where to look, nor an address be confirmed.
        if (host is not null && Given(configuration, NoticeLinks.Setting) is null)
        {
            yield return $"{NoticeLinks.Setting}: write the dashboard's own address, such as https://keys.example.com; {HostSetting} is set, and mail links to it.";
        }
    }

    internal SecureSocketOptions Socket => Security switch
    {
        MailSecurity.StartTls => SecureSocketOptions.StartTls,
        MailSecurity.Tls => SecureSocketOptions.SslOnConnect,
        MailSecurity.None => SecureSocketOptions.None,
    };

    /// <summary>Without the password, wherever it is written to.</summary>
    public override string ToString() => $"MailOptions {Host}";

    private static string? Given(IConfiguration configuration, string setting) => configuration[setting] is { Length: > 0 } text ? text : null;
}
