import { Entrance } from '~/features/session/entrance.tsx'

export default function HomePage() {
  return <Entrance />
}
