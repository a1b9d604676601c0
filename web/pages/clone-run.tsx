/** Trains the same once more, as a new run from the beginning. */
import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { CopyPlus } from 'lucide-react';
import { cloneRun } from '../../shared/api/routes/runs.ts';
import type { Run } from '../../shared/schema/run.ts';
import { api } from '../session.ts';
import { Button } from '../ui/button.tsx';
import { toast } from '../ui/toast.tsx';

export function CloneButton({ project, run }: { project: string; run: Run }) {
  const navigate = useNavigate();
  const clone = useMutation({
    mutationFn: () => api().call(cloneRun, { params: { run: run.id }, body: {} }),
    onSuccess: ({ id }) => navigate({ to: '/projects/$project/runs/$run', params: { project, run: id } }),
    onError: (error) => toast.failed(error, 'The run was not cloned'),
  });
  return (
    <Button busy={clone.isPending} onClick={() => clone.mutate()}>
      <CopyPlus size={15} aria-hidden /> Clone
    </Button>
  );
}
