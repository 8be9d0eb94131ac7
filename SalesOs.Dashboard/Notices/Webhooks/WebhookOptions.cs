using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.Notices.Webhooks;

/// <param name="AllowPrivateNetworks">Whether notices may go to addresses of one's own network, there also without TLS.</param>
public sealed record WebhookOptions(bool AllowPrivateNetworks)
{
    private static readonly FlagSetting PrivateSetting = new("Webhooks:AllowPrivateNetworks", Default: false);

    public static IReadOnlyList<Setting> Settings { get; } = [PrivateSetting];

    public static WebhookOptions From(IConfiguration configuration) => new(PrivateSetting.Of(configuration));

    /// <summary>Whether a webhook may connect there.</summary>
    /// <param name="isEncrypted">False: plain http, which stays in one's own network.</param>
    public bool Allows(AddressReach reach, bool isEncrypted) => reach switch
    {
        AddressReach.Public => isEncrypted,
        AddressReach.Private => AllowPrivateNetworks,
        AddressReach.Never => false,
    };
}
