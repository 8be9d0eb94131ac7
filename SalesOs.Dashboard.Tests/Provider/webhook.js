// Verifies webhooks with the reference library: a line of JSON in ({ secret, headers, body }), a line out ("holds", or what is wrong).
import { createInterface } from 'node:readline';
import standardwebhooks from 'standardwebhooks';

for await (const line of createInterface({ input: process.stdin })) {
    const { secret, headers, body } = JSON.parse(line);
    try {
        new standardwebhooks.Webhook(secret).verify(body, headers);
        console.log('holds');
    } catch (fault) {
        console.log(`${fault.name}: ${fault.message}`);
    }
}
