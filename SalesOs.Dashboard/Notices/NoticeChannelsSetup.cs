using SalesOs.Dashboard.Notices.Mail;
using SalesOs.Dashboard.Notices.Webhooks;

namespace SalesOs.Dashboard.Notices;

/// <summary>What hands notices to receivers: mail and webhooks, and the words that they are told in.</summary>
public static class NoticeChannelsSetup
{
    public static IServiceCollection AddNoticeChannels(this IServiceCollection services) => services
        .AddSingleton(provider => MailOptions.From(provider.GetRequiredService<IConfiguration>()))
        .AddSingleton(provider => WebhookOptions.From(provider.GetRequiredService<IConfiguration>()))
        .AddSingleton(provider => NoticeLinks.From(provider.GetRequiredService<IConfiguration>()))
        .AddSingleton<NoticeWords>()
        .AddSingleton<MailSender>()
        .AddSingleton(provider => new WebhookSender(provider.GetRequiredService<WebhookOptions>(), provider.GetRequiredService<TimeProvider>(), provider.GetService<ResolveName>()));
}
