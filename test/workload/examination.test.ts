import { Examination } from '../../workload/examination';
import { examine } from '../../workload/health';
import type { Context } from '../../workload/http/context';

jest.mock('../../workload/health', () => ({ examine: jest.fn(async () => Promise.resolve([])) }));

test('a thousand strangers at once cost one examination; who is on the server itself gets one of its own', async () => {
  const examination = new Examination();
  const parts = {};
  const ask = async (client?: string): Promise<unknown> => examination.of({ parts, client } as unknown as Context);
  await Promise.all(Array.from({ length: 1_000 }, async (_, index) => ask(`client ${index}`)));
  expect(examine).toHaveBeenCalledTimes(1);
  await ask();
  expect(examine).toHaveBeenCalledTimes(2);
});
