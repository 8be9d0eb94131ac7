using Microsoft.EntityFrameworkCore;
using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.Notices;

/// <summary>What a person has read, and their own e-mail address where notices went there, with what their mail server answered. Of what they did notices hold the person's id alone.</summary>
internal sealed class NoticeTraces : IPersonTraces
{
    public IEnumerable<Type> Rows => [typeof(NoticeRead), typeof(NoticeEmail), typeof(DeliveryAttempt)];

    public async Task<int> EraseAsync(DashboardDbContext db, Guid person, IReadOnlyCollection<string> addresses, IReadOnlyCollection<string> emails)
    {
        var read = await db.Set<NoticeRead>().Where(r => r.PersonId == person).ExecuteDeleteAsync();
        var own = (await db.Set<NoticeEmail>().AsNoTracking().ToListAsync()).Where(e => emails.Contains(e.Address, StringComparer.OrdinalIgnoreCase)).Select(e => e.Id).ToList();
        if (own.Count == 0)
        {
            return read;
        }

        // Deliveries that wait find nobody, and fall.
        var answered = await db.Set<DeliveryAttempt>().Where(a => a.Answer != null && db.Set<NoticeDelivery>().Any(d => d.Id == a.DeliveryId && own.Contains(d.ReceiverId)))
            .ExecuteUpdateAsync(set => set.SetProperty(a => a.Answer, (string?)null));
        return read + answered + await db.Set<NoticeEmail>().Where(e => own.Contains(e.Id)).ExecuteDeleteAsync();
    }
}
