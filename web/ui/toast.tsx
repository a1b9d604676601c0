/** Short messages in the corner, announced to screen readers: `toast.done('Copied')`, `toast.failed(error)`. */
import { Toast } from '@base-ui/react/toast';
import { X } from 'lucide-react';
import { messageOf } from '../../shared/errors.ts';
import styles from './overlay.module.css';

/** They cover what is in the corner, so not for long; an error takes longer to read. */
const SHOWN_MS = 4000;
const ERROR_SHOWN_MS = 9000;

const manager = Toast.createToastManager();

export const toast = {
  done: (title: string, description?: string) => void manager.add({ title, description, type: 'done' }),
  failed: (error: unknown, title = 'That did not work') =>
    void manager.add({
      title,
      description: messageOf(error),
      type: 'error',
      timeout: ERROR_SHOWN_MS,
      priority: 'high',
    }),
};

export function Toasts() {
  return (
    <Toast.Provider toastManager={manager} limit={3} timeout={SHOWN_MS}>
      <Toast.Portal>
        <Toast.Viewport className={styles.viewport}>
          <List />
        </Toast.Viewport>
      </Toast.Portal>
    </Toast.Provider>
  );
}

function List() {
  const { toasts } = Toast.useToastManager();
  return toasts.map((one) => (
    <Toast.Root key={one.id} toast={one} className={styles.toast}>
      <Toast.Title className={styles.toastTitle} />
      <Toast.Description className={styles.toastText} />
      <Toast.Close className={styles.close} aria-label="Dismiss">
        <X size={14} aria-hidden />
      </Toast.Close>
    </Toast.Root>
  ));
}
