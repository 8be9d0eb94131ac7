namespace SalesOs.Dashboard.Notices.Delivery;

/// <summary>A delivery that this process has taken to try it.</summary>
/// <param name="NoticeId">Null: the link of an e-mail address.</param>
/// <param name="Tries">Before this one.</param>
/// <param name="TakenAs"><see cref="NoticeDelivery.TakenAs"/>.</param>
internal sealed record Letter(Guid Id, string TenantId, Guid? NoticeId, NoticeChannels Channel, Guid ReceiverId, int Tries, Guid TakenAs);

/// <summary>Somebody for whom something is due.</summary>
internal sealed record DueReceiver(Guid Id, string TenantId);

internal enum Fate
{
    Delivered,

    /// <summary>To be tried again by <see cref="RetrySchedule"/>.</summary>
    Retried,

    GivenUp,

    /// <summary>The receiver wants no more.</summary>
    Gone,

    /// <summary>There is no receiver any more, or it is switched off.</summary>
    Dropped,

    /// <summary>It was not tried: the program stops, or could not read what it needs. Or it was, in vain, at an address that is no longer the receiver's.</summary>
    Returned,
}

/// <summary>What became of a letter.</summary>
/// <param name="Result">Null where nothing was tried.</param>
/// <param name="At">When the try began.</param>
/// <param name="Ended">When it ended.</param>
/// <param name="Webhook">To which it was brought, as it was then; null where it went by mail or was not tried.</param>
internal sealed record TriedLetter(Letter Letter, Fate Fate, SendResult? Result, DateTimeOffset At, DateTimeOffset Ended, WebhookEndpoint? Webhook = null)
{
    private static readonly TimeSpan Shortly = TimeSpan.FromSeconds(5);

    public DeliveryState State => Fate switch
    {
        Fate.Delivered => DeliveryState.Delivered,
        Fate.Retried or Fate.Returned => DeliveryState.Waiting,
        Fate.GivenUp or Fate.Gone => DeliveryState.Failed,
        Fate.Dropped => DeliveryState.Dropped,
    };

    public int Tries => Result is null ? Letter.Tries : Letter.Tries + 1;

    public DateTimeOffset NextAt => Ended + (Fate == Fate.Retried ? RetrySchedule.WaitAfter(Tries)!.Value : Shortly);

    public static TriedLetter Of(Letter letter, SendResult result, DateTimeOffset at, DateTimeOffset ended, WebhookEndpoint? webhook = null) => new(
        letter,
        result.IsDelivered ? Fate.Delivered
        : result.IsGone ? Fate.Gone
        : RetrySchedule.WaitAfter(letter.Tries + 1) is null ? Fate.GivenUp
        : Fate.Retried,
        result,
        at,
        ended,
        webhook);
}
