using FluentValidation;
using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.Notices.Delivery;

namespace SalesOs.Dashboard.Notices;

public static class NoticesSetup
{
    public static IServiceCollection AddNotices(this IServiceCollection services) => services
        .AddNoticeChannels()
        .AddSingleton<NoticeOutbox>()
        .AddSingleton<IEntryFollower, NoticeActs>()
        .AddSingleton<IPersonTraces, NoticeTraces>()
        .AddSingleton<IVerdictFollower, BrokenLogs>()
        .AddSingleton<NoticeFeed>()
        .AddSingleton<WebhookSecrets>()
        .AddSingleton<ConfirmationLinks>()
        .AddSingleton<IValidator<NewWebhook>, NewWebhookValidator>()
        .AddSingleton<IValidator<WebhookEdit>, WebhookEditValidator>()
        .AddSingleton<IValidator<NewEmail>, NewEmailValidator>()
        .AddSingleton<IValidator<EmailEdit>, EmailEditValidator>()
        .AddSingleton<NoticeWebhooks>()
        .AddSingleton<NoticeEmails>()
        .AddSingleton<NoticeGrid>()
        .AddSingleton<NoticeDeliveries>()
        .AddSingleton<NoticeBell>()
        .AddSingleton<NoticeMetrics>()
        .AddSingleton<NoticeSpread>()
        .AddSingleton<DeliveryQueue>()
        .AddSingleton<LetterWriter>()
        .AddSingleton<NoticeCourier>()
        .AddHostedService(provider => provider.GetRequiredService<NoticeCourier>())
        .AddSingleton<ExpiryReminders>()
        .AddHostedService(provider => provider.GetRequiredService<ExpiryReminders>())
        .AddSingleton<NoticeSweeper>()
        .AddHostedService(provider => provider.GetRequiredService<NoticeSweeper>());
}
