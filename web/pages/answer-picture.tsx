/** Pictures that a model made, side by side. */
import styles from './answer-picture.module.css';

export function PictureGrid({ pictures }: { pictures: readonly { seed: number; image: string }[] }) {
  return (
    <ul className={styles.grid} data-single={pictures.length === 1 || undefined}>
      {pictures.map(({ seed, image }) => (
        <li key={seed}>
          <img src={image} alt={`made of seed ${seed}`} title={`seed ${seed}`} />
        </li>
      ))}
    </ul>
  );
}
